"""In which words, and by which clock."""

from django.utils.translation import get_language_info

from .operator import layers
from .place import LOCATOR_VAR
from .reading import env, listed

# The languages of the pages. The first is that of addresses without a prefix.
LOCATOR_LANGUAGES = listed("LOCATOR_LANGUAGES", []) or ["en", "es", "hi"]
# Those whose words a native speaker has read; pages in others say that none has.
LOCATOR_REVIEWED_LANGUAGES = listed("LOCATOR_REVIEWED_LANGUAGES", [])
LANGUAGE_CODE = LOCATOR_LANGUAGES[0]
try:
    LANGUAGES = [(code, get_language_info(code)["name"]) for code in LOCATOR_LANGUAGES]
except KeyError as error:
    env.refuse(f"LOCATOR_LANGUAGES: {error.args[0]} Write codes as en,es,hi.")
# Where translations are written; the overlay's words win. Read is what
# `compile_translations` makes of them all.
LOCATOR_LOCALES = layers("locale")
LOCALE_PATHS = [LOCATOR_VAR / "locale"]
FORMAT_MODULE_PATH = "locator.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
