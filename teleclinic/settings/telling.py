"""What the site tells of its own running."""

from pathlib import Path

from environs import validate

from .place import LOCATOR_VAR
from .reading import env, like

# --- What Prometheus may read ---------------------------------------------------------

# Whoever sends it as `Authorization: Bearer …` reads /metrics; none: nobody does, and
# nothing is measured.
LOCATOR_METRICS_TOKEN = env.str(
    "LOCATOR_METRICS_TOKEN",
    "",
    validate=like(r"[\x21-\x7e]{16,}", "a random text of 16 characters or more"),
)
# Where the workers of one machine keep what they measured, for each to tell of all.
LOCATOR_METRICS_FOLDER = Path(
    env.str("LOCATOR_METRICS_FOLDER", "") or LOCATOR_VAR / "metrics"
).absolute()

# --- Logs -----------------------------------------------------------------------------

_log_level = env.str(
    "LOCATOR_LOG_LEVEL",
    "INFO",
    validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
)

# No query, coordinate or address of a visitor in any of them: see locator/logs.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "private": {
            "()": "locator.logs.PrivateFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"refusal": {"()": "locator.logs.RefusalFilter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "private"},
        "refusals": {
            "class": "logging.StreamHandler",
            "formatter": "private",
            "filters": ["refusal"],
        },
    },
    "root": {"handlers": ["console"], "level": _log_level},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security": {"handlers": ["refusals"], "propagate": False},
        "axes": {"level": "WARNING"},
        "geopy": {"level": "WARNING"},
        "psycopg.pool": {"level": "WARNING"},
    },
}
