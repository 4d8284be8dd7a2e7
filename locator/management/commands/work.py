"""Does the tasks that the desk's pages ask for."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import BaseCommand

from ... import tasks


class Command(BaseCommand):
    help = (
        "Do the tasks that wait, such as large imports, and go on waiting for more. "
        "SIGTERM or Ctrl-C: the task at hand is brought to its end first. One is "
        "enough; several share the work."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--once", action="store_true", help="do what waits now, and stop"
        )
        parser.add_argument(
            "--beside",
            type=int,
            metavar="PID",
            help="stop when the process with this id, which started it, is gone",
        )

    def handle(self, *, once, beside, verbosity, **options):
        with _told_to_stop() as stop:
            tasks.work(
                once=once,
                stop=stop,
                is_wanted=lambda: beside is None or os.getppid() == beside,
                tell=self.stdout.write if verbosity else lambda line: None,
            )


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that a signal sets, where it would else end the process."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_frame: stop.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
