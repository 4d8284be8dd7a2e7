from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale

from ...languages.messages import messages
from ...languages.pages import SOURCE_LANGUAGE
from ...languages.translations import CATALOGUE, catalogue, holes
from ...text import counted


class Command(BaseCommand):
    help = (
        "Brings the translations in locale/ to the strings that code and templates "
        "mark: adds new ones, empty, and drops those that are gone. Lists what is left "
        "to translate; ends with status 1 while anything is."
    )

    # Neither addresses nor database are needed.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--locale",
            type=Path,
            default=settings.BASE_DIR / "locale",
            help="keep the translations here instead of in locale/",
        )
        parser.add_argument(
            "--language",
            action="append",
            help="only this one, new or not; repeatable (default: all of the site's)",
        )

    def handle(self, *, locale, language, **options):
        try:
            found = messages(settings.BASE_DIR)
        except (SyntaxError, ValueError) as error:
            raise CommandError(str(error)) from None
        left = 0
        for code in language or dict(settings.LANGUAGES):
            if code != SOURCE_LANGUAGE:
                path = locale / to_locale(code) / CATALOGUE
                left += self._bring(path, code, found)
        if left:
            raise SystemExit(1)

    def _bring(self, path, code, found):
        known = polib.pofile(str(path)) if path.exists() else polib.POFile()
        kept = catalogue(code, known, found)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept.save(str(path))
        wrong = holes(kept)
        for sentence in wrong:
            self.stdout.write(sentence)
        strings = counted(len(kept), "string", "strings")
        self.stdout.write(f"{path}: {strings}, {len(wrong)} to translate.")
        return len(wrong)
