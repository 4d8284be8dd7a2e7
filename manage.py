#!/usr/bin/env python3
"""The site's commands: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Run one command; a wrong setting ends in one sentence that names it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teleclinic.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from environs.exceptions import EnvError
    except ImportError as error:
        sys.exit(f"{error}. Run it with .venv/bin/python, which `make run` makes.")
    try:
        execute_from_command_line(sys.argv)
    except (EnvError, ImproperlyConfigured) as error:
        sys.exit(f"Wrong setting: {error}")


if __name__ == "__main__":
    main()
