from django.conf import settings
from django.core.management.base import BaseCommand

from ...languages.translations import compile_language


class Command(BaseCommand):
    help = (
        "Makes what the site reads of the translations in locale/ and in the overlay's "
        "locale/. A server that runs needs a restart then."
    )

    # Neither addresses nor database are needed.
    requires_system_checks = []

    def handle(self, *, verbosity, **options):
        made = [code for code, _name in settings.LANGUAGES if compile_language(code)]
        if verbosity:
            self.stdout.write(f"Translations: {', '.join(made) or 'there are none'}.")
