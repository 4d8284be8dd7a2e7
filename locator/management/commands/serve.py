import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ... import serving


class Command(BaseCommand):
    help = (
        "Serve the site: granian with the workers and threads of the settings, until "
        "SIGTERM; SIGHUP takes up new code without losing a request. Refuses to start, "
        "with a sentence each, where a setting is missing or unsafe."
    )
    # Its own list holds them.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="only say what is in the way"
        )

    def handle(self, *, check, **options):
        obstacles, doubts = serving.look()
        for doubt in doubts:
            self.stderr.write(f"Note: {doubt}")
        if obstacles:
            lines = "".join(f"\n- {obstacle}" for obstacle in obstacles)
            raise CommandError(f"The site is not ready to be served:{lines}")
        if check:
            self.stdout.write("Nothing is in the way.")
        else:
            self._become_the_server()

    def _become_the_server(self):
        self.stdout.write(f"Serving at {settings.LOCATOR_LISTEN}")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        server = [sys.executable, "-m", "teleclinic.server"]
        os.execv(sys.executable, [*server, *_arguments()])


def _arguments() -> list[str]:
    told = {
        "listen": settings.LOCATOR_LISTEN,
        "workers": settings.LOCATOR_WORKERS,
        "threads": settings.LOCATOR_THREADS,
        "worker-mb": settings.LOCATOR_WORKER_MB,
        "worker-hours": settings.LOCATOR_WORKER_HOURS,
    }
    return [f"--{name}={value}" for name, value in told.items()]
