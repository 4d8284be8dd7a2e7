"""What visitors may send, and how much they may ask."""

from environs import validate

from .operator import LOCATOR_CONTACT_EMAIL
from .reading import env

# --- What visitors report -------------------------------------------------------------

# How many reports one network address may send on one day.
LOCATOR_REPORT_DAILY = env.int(
    "LOCATOR_REPORT_DAILY", 5, validate=validate.Range(min=1, max=10_000)
)
# Within how many days a person usually reads a report, as visitors are told.
LOCATOR_REPORT_READ_DAYS = env.int(
    "LOCATOR_REPORT_READ_DAYS", 7, validate=validate.Range(min=1, max=365)
)
# How many days after its decision the words of a report are kept (`purge_reports`).
LOCATOR_REPORT_KEEP_DAYS = env.int(
    "LOCATOR_REPORT_KEEP_DAYS", 90, validate=validate.Range(min=0, max=3650)
)
# The mail server that answers to reports leave by, with TLS, as
# submission://user:password@mail.example.org:587; none: the desk writes no mail itself.
LOCATOR_SENDS_MAIL = bool(env.str("EMAIL_URL", ""))
if LOCATOR_SENDS_MAIL:
    _mail = env.dj_email_url("EMAIL_URL", {})
    if not _mail.get("EMAIL_BACKEND"):
        env.refuse(
            "EMAIL_URL names no mail server. Write it like this: "
            "submission://user:password@mail.example.org:587."
        )
    else:
        EMAIL_BACKEND, EMAIL_HOST = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"]
        EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
        EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
        EMAIL_PORT, EMAIL_USE_TLS = _mail["EMAIL_PORT"], _mail["EMAIL_USE_TLS"]
        EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10  # seconds; a curator waits for it
DEFAULT_FROM_EMAIL = LOCATOR_CONTACT_EMAIL or "webmaster@localhost"
if LOCATOR_SENDS_MAIL and not LOCATOR_CONTACT_EMAIL:
    env.refuse("LOCATOR_CONTACT_EMAIL is not set: mail by EMAIL_URL needs a sender.")

# --- How much one network may ask -----------------------------------------------------

# Requests a minute of one network address (of IPv6: one /64), after which it is told to
# wait; 0: no limit. Each worker counts for itself, unless CACHE_URL lets them share.
# Many people stand behind one address of a hospital or a university: a person makes a
# few searches a minute, and a suggestion with each letter typed.
LOCATOR_LIMIT_SEARCH = env.int(
    "LOCATOR_LIMIT_SEARCH", 1200, validate=validate.Range(min=0, max=1_000_000)
)
LOCATOR_LIMIT_SUGGESTIONS = env.int(
    "LOCATOR_LIMIT_SUGGESTIONS", 6000, validate=validate.Range(min=0, max=1_000_000)
)
# The map, and searches for machines: every 100 clinics in an answer weigh as one.
LOCATOR_LIMIT_GEOJSON = env.int(
    "LOCATOR_LIMIT_GEOJSON", 1200, validate=validate.Range(min=0, max=1_000_000)
)
