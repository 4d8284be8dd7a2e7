"""The site's settings, all from the environment. Without any they are the safe ones.

What each variable means and may hold stands beside it; a wrong one stops the start
with its name, and several with all of theirs. `LOCATOR_HTTP=1` is for one's own
machine: plain HTTP, local host names.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import get_language_info
from environs import validate

from .databases import databases
from .environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()


def _list(name: str, default: list[str], **options) -> list[str]:
    """The values of a variable with commas between; spaces around them do not count."""
    return env.list(name, default, subcast=str.strip, **options)


def _like(pattern: str, example: str) -> validate.Regexp:
    """Accepts nothing at all, or the whole of `pattern`."""
    shown = example.replace("{", "{{").replace("}", "}}")
    return validate.Regexp(rf"({pattern})?\Z", error=f"Write it like this: {shown}")


def _each_like(pattern: str, example: str):
    """Accepts a list of values that are each the whole of `pattern`."""
    one = _like(pattern, example)
    return lambda values: [one(value) for value in values]


# --- Where the site runs -----------------------------------------------------------

# Plain HTTP: no redirect, no HSTS, plain cookies, local hosts, no second factor asked.
LOCATOR_HTTP = env.bool("LOCATOR_HTTP", False)

# For those who change the site: error pages with their cause, templates read anew.
DEBUG = env.bool("LOCATOR_DEBUG", False)
if DEBUG and not LOCATOR_HTTP:
    env.refuse(
        "LOCATOR_DEBUG shows visitors the site's inside: it needs LOCATOR_HTTP=1 too."
    )

# The folder of what the site makes for itself: database, secret key, static files.
LOCATOR_VAR = Path(env.str("LOCATOR_VAR", "") or BASE_DIR / "var").absolute()

# The host names that the site answers to, with commas between.
ALLOWED_HOSTS = _list(
    "LOCATOR_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if LOCATOR_HTTP else []
)

# Whether a proxy of the operator's ends TLS and sets X-Forwarded-Proto and -For.
LOCATOR_PROXY = env.bool("LOCATOR_PROXY", False)


def _secret_key() -> str:
    """The key from the environment, else the one that `make run` keeps in a file."""
    kept = LOCATOR_VAR / "secret-key"
    key = env.str("SECRET_KEY", "") or (kept.read_text() if kept.is_file() else "")
    if not key.strip():
        env.refuse(
            "SECRET_KEY is not set. Set it in the environment to a long random text, "
            f"or run `make run` once: it keeps one in {kept}."
        )
    return key.strip()


SECRET_KEY = _secret_key()

ROOT_URLCONF = "teleclinic.urls"
WSGI_APPLICATION = "teleclinic.wsgi.application"

# --- How it is served (`manage.py serve`) ------------------------------------------

# Where the server listens: host:port, or the path of a socket for a proxy beside it.
LOCATOR_LISTEN = (
    env.str("LOCATOR_LISTEN", "", validate=_like(r"/\S+|\S+:\d{1,5}", "127.0.0.1:8000"))
    or f"127.0.0.1:{env.int('PORT', 8000, validate=validate.Range(min=1, max=65535))}"
)
# Processes that answer, and in each how many requests at once: about one process a
# core; threads go on while others wait for the database.
LOCATOR_WORKERS = env.int("LOCATOR_WORKERS", 2, validate=validate.Range(min=1, max=64))
LOCATOR_THREADS = env.int("LOCATOR_THREADS", 4, validate=validate.Range(min=1, max=64))
# Above how many MB of memory a worker is replaced by a fresh one, and after how many
# hours at the latest; 0: never. No request is lost by it.
LOCATOR_WORKER_MB = env.int("LOCATOR_WORKER_MB", 600, validate=validate.Range(min=0))
LOCATOR_WORKER_HOURS = env.int(
    "LOCATOR_WORKER_HOURS", 0, validate=validate.Range(min=0, max=720)
)

# --- Who runs it -------------------------------------------------------------------

LOCATOR_NAME = env.str("LOCATOR_NAME", "") or "Teleclinic Locator"
# A file below a static/ folder: the site's, or the overlay's.
LOCATOR_LOGO = env.str("LOCATOR_LOGO", "", validate=_like(r"[^/].*", "brand/logo.svg"))
LOCATOR_ACCENT = env.str(
    "LOCATOR_ACCENT", "", validate=_like("#[0-9a-fA-F]{6}", "#1a6f5c")
)
LOCATOR_OPERATOR = env.str("LOCATOR_OPERATOR", "")
LOCATOR_CONTACT_EMAIL = env.str(
    "LOCATOR_CONTACT_EMAIL", "", validate=_like(r"[^@\s]+@[^@\s]+", "desk@example.org")
)
# What the operator says of itself at the head of /about/, in plain text.
LOCATOR_ABOUT = env.str("LOCATOR_ABOUT", "")
# Whose helplines stand on a page that is about no country.
LOCATOR_HOME_COUNTRY = (
    env.str("LOCATOR_HOME_COUNTRY", "", validate=_like("[A-Z]{2}", "US")) or "US"
)
# The state or province that the site is run for: the home page leads to its clinics.
LOCATOR_HOME_REGION = env.str(
    "LOCATOR_HOME_REGION", "", validate=_like("[A-Z]{2}-[A-Z0-9]{1,3}", "US-TX")
)
# Who may show the public pages in a frame.
LOCATOR_FRAME_ANCESTORS = _list(
    "LOCATOR_FRAME_ANCESTORS",
    [],
    validate=_each_like(
        r"https?://[\w.*-]+(:\d+)?", "https://news.example.org,https://example.net"
    ),
)

# A folder outside the project whose templates/, static/ and locale/ come first.
LOCATOR_OVERLAY = env.str("LOCATOR_OVERLAY", "")
if LOCATOR_OVERLAY and not Path(LOCATOR_OVERLAY).is_dir():
    env.refuse(f"LOCATOR_OVERLAY: no folder {LOCATOR_OVERLAY}.")


def _layers(name: str) -> list[Path]:
    """The folders called `name` that there are, the overlay's first."""
    roots = [Path(LOCATOR_OVERLAY).absolute()] if LOCATOR_OVERLAY else []
    return [root / name for root in (*roots, BASE_DIR) if (root / name).is_dir()]


# --- Places that our own table does not know ---------------------------------------

# A geocoder of geopy by its name there ("nominatim", "photon", …); none: no network.
LOCATOR_GEOCODER = env.str("LOCATOR_GEOCODER", "")
LOCATOR_GEOCODER_DOMAIN = env.str("LOCATOR_GEOCODER_DOMAIN", "")
LOCATOR_GEOCODER_KEY = env.str("LOCATOR_GEOCODER_KEY", "")
LOCATOR_GEOCODER_USER_AGENT = env.str("LOCATOR_GEOCODER_USER_AGENT", "")
LOCATOR_GEOCODER_SECONDS = env.float(
    "LOCATOR_GEOCODER_SECONDS", 3.0, validate=validate.Range(min=0.1, max=30)
)
if LOCATOR_GEOCODER and not LOCATOR_GEOCODER_USER_AGENT:
    env.refuse(
        "LOCATOR_GEOCODER_USER_AGENT is not set: a public geocoder wants to know who "
        "asks, as in 'clinics.example.org (desk@example.org)'."
    )

# --- Websites of clinics ----------------------------------------------------------

# Whether the worker and `inspect_clinics --websites` may ask clinics' websites whether
# they are there. It tells each of them that this site lists it.
LOCATOR_CHECK_WEBSITES = env.bool("LOCATOR_CHECK_WEBSITES", False)

# --- Streets on the map ------------------------------------------------------------

# Where the map takes its streets from, as https://tiles.example.org/{z}/{x}/{y}.png;
# none: no streets, and no request to anybody else. Visitors' browsers ask there as soon
# as they open the map: see what that host promises. They send it no Referer.
LOCATOR_TILE_URL = env.str(
    "LOCATOR_TILE_URL",
    "",
    validate=_like(
        r"(https?://({s}\.)?[\w-]+(\.[\w-]+)*(:\d+)?)?/[^\s\"'<>]*",
        "https://tiles.example.org/{z}/{x}/{y}.png",
    ),
)
# Whom the map names for them, in plain text; addresses in it become links.
LOCATOR_TILE_ATTRIBUTION = env.str("LOCATOR_TILE_ATTRIBUTION", "")
if LOCATOR_TILE_URL and not LOCATOR_TILE_ATTRIBUTION:
    env.refuse(
        "LOCATOR_TILE_ATTRIBUTION is not set: whoever draws the streets of "
        "LOCATOR_TILE_URL must be named, as in '© OpenStreetMap contributors, "
        "https://www.openstreetmap.org/copyright'."
    )
if LOCATOR_TILE_URL and not all(f"{{{part}}}" in LOCATOR_TILE_URL for part in "xyz"):
    env.refuse("LOCATOR_TILE_URL must hold {z}, {x} and {y}.")


def _tile_origin() -> list[str]:
    """Where the content policy must let images come from beside this site."""
    scheme, _, rest = LOCATOR_TILE_URL.partition("://")
    return [f"{scheme}://{rest.partition('/')[0].replace('{s}', '*')}"] if rest else []


# --- What visitors report ----------------------------------------------------------

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
# The mail server that answers to reports leave by, as
# smtp+tls://user:password@mail.example.org:587; none: the desk writes no mail itself.
LOCATOR_SENDS_MAIL = bool(env.str("EMAIL_URL", ""))
if LOCATOR_SENDS_MAIL:
    _mail = env.dj_email_url("EMAIL_URL", {})
    if not _mail.get("EMAIL_BACKEND"):
        env.refuse(
            "EMAIL_URL names no mail server. Write it like this: "
            "smtp+tls://user:password@mail.example.org:587."
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

# --- How much one network may ask --------------------------------------------------

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

# --- What Prometheus may read ------------------------------------------------------

# Whoever sends it as `Authorization: Bearer …` reads /metrics; none: nobody does, and
# nothing is measured.
LOCATOR_METRICS_TOKEN = env.str(
    "LOCATOR_METRICS_TOKEN",
    "",
    validate=_like(r"[\x21-\x7e]{16,}", "a random text of 16 characters or more"),
)
# Where the workers of one machine keep what they measured, for each to tell of all.
LOCATOR_METRICS_FOLDER = Path(
    env.str("LOCATOR_METRICS_FOLDER", "") or LOCATOR_VAR / "metrics"
).absolute()

# --- How old listings may get ------------------------------------------------------

# After how many days, from its source's date, a listing that nobody ever verified
# leaves the public list (`age_clinics`); 0: never for its age alone.
LOCATOR_WITHDRAW_IMPORTED_AFTER = env.int(
    "LOCATOR_WITHDRAW_IMPORTED_AFTER", 0, validate=validate.Range(min=0, max=36_500)
)

# --- Parts -------------------------------------------------------------------------

INSTALLED_APPS = [
    "locator",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "axes",
    "csp",
    "simple_history",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "locator.health.answer_probes",
    "locator.metrics.measure",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "locator.replicas.reading.ReadFromReplicas",
    "django.middleware.gzip.GZipMiddleware",
    "locator.conditional.keep_no_errors",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "locator.framing.allow_framing",
    "locator.admin.gate.refuse_nulls",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "locator.languages.pages.language_of_the_address",
    "locator.bounds.refuse_excess",
    "locator.limits.LimitRequests",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "locator.admin.gate.end_idle_sessions",
    "axes.middleware.AxesMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "locator.health.DatabaseAway",
]

# The public pages, and for every name that is none of theirs the desk's.
TEMPLATES = [
    {
        "NAME": "pages",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": _layers("templates"),
        "OPTIONS": {
            "environment": "locator.pages.environment.environment",
            "context_processors": [
                "locator.brand.brand",
                "locator.pages.saying.sayings",
            ],
            "is_strict": DEBUG,
        },
    },
    {
        "NAME": "desk",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": _layers("templates"),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "locator.brand.brand",
            ],
        },
    },
]

# --- Database ----------------------------------------------------------------------

# DATABASE_URL, DATABASE_REPLICA_URL, LOCATOR_STATEMENT_SECONDS, LOCATOR_POOL_SIZE.
DATABASES = databases(env, LOCATOR_VAR / "teleclinic.sqlite3")
DATABASE_ROUTERS = ["locator.replicas.routing.OnlyThePrimaryMigrates"]
# Visitors' pages are read from these where any is fit, as the primary is else.
LOCATOR_REPLICAS = [alias for alias in DATABASES if alias != "default"]
# How many seconds a replica may be behind the primary before it is left out. More than
# the 4 s after which a primary that hangs is away: its replicas seem to fall behind.
LOCATOR_REPLICA_LAG_SECONDS = env.float(
    "LOCATOR_REPLICA_LAG_SECONDS", 10.0, validate=validate.Range(min=5, max=3600)
)

# --- What processes remember together ----------------------------------------------

# A Redis or Valkey server, as redis://:password@localhost/0; none: each process
# remembers by itself. Nothing is lost with it, and nothing waits for it.
CACHE_URL = env.str(
    "CACHE_URL",
    "",
    validate=_like(r"(redis|valkey)s?://\S+", "redis://:password@localhost/0"),
)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if CACHE_URL:
    CACHES["shared"] = {
        "BACKEND": "locator.shared_cache.SharedCache",
        # Valkey's own scheme says the same.
        "LOCATION": CACHE_URL.replace("valkey", "redis", 1),
        "KEY_PREFIX": "teleclinic",
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who may enter the admin -------------------------------------------------------

AUTH_USER_MODEL = "locator.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Whether the admin asks for the code of an authenticator, beside the password.
LOCATOR_SECOND_FACTOR = env.bool("LOCATOR_SECOND_FACTOR", not LOCATOR_HTTP)
OTP_TOTP_ISSUER = LOCATOR_NAME
# How long a link holds by which a new person sets password and authenticator.
PASSWORD_RESET_TIMEOUT = 48 * 60 * 60  # seconds
# After a login that was to lead elsewhere than to this site.
LOGIN_REDIRECT_URL = "admin:index"

# How long somebody may be away before the admin wants them to sign in again, and how
# long one sign-in holds at most.
LOCATOR_IDLE_MINUTES = env.int(
    "LOCATOR_IDLE_MINUTES", 30, validate=validate.Range(min=1, max=480)
)
LOCATOR_SESSION_HOURS = env.int(
    "LOCATOR_SESSION_HOURS", 8, validate=validate.Range(min=1, max=24)
)
SESSION_COOKIE_AGE = LOCATOR_SESSION_HOURS * 60 * 60
# No page for visitors is sent a cookie of the admin, whoever reads it.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# By name and address together: by name alone, anyone could lock a curator out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_STR_CALLABLE = "locator.logs.anonymous"
AXES_CLIENT_IP_CALLABLE = "locator.logs.client_address"
AXES_LOCKOUT_CALLABLE = "locator.admin.locked_out"

# A practice licensed in every state has hundreds of coverage areas on its one page.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Files that curators send ------------------------------------------------------

# The largest file to import, and the largest spreadsheet, in MB.
LOCATOR_LARGEST_UPLOAD = env.int(
    "LOCATOR_LARGEST_UPLOAD", 50, validate=validate.Range(min=1)
)
# Behind our own sign before formulas, which a sheet that comes back loses again.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True

# --- What browsers are told --------------------------------------------------------

SECURE_SSL_REDIRECT = not LOCATOR_HTTP
SECURE_HSTS_SECONDS = 0 if LOCATOR_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCATOR_HTTP
SECURE_HSTS_PRELOAD = not LOCATOR_HTTP
SESSION_COOKIE_SECURE = not LOCATOR_HTTP
CSRF_COOKIE_SECURE = not LOCATOR_HTTP
SECURE_REFERRER_POLICY = "same-origin"
if LOCATOR_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = _list(
    "LOCATOR_TRUSTED_ORIGINS",
    [],
    validate=_each_like(r"https?://[\w.*-]+(:\d+)?", "https://clinics.example.org"),
)
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
if LOCATOR_TILE_URL:
    # Where the map lets go of a tile it puts an empty image from a data: address.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] = [SELF, "data:", *_tile_origin()]
PERMISSIONS_POLICY = {
    "geolocation": "self",
    "camera": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}

# --- Words and time ----------------------------------------------------------------

# The languages of the pages. The first is that of addresses without a prefix.
LOCATOR_LANGUAGES = _list("LOCATOR_LANGUAGES", []) or ["en", "es", "hi"]
# Those whose words a native speaker has read; pages in others say that none has.
LOCATOR_REVIEWED_LANGUAGES = _list("LOCATOR_REVIEWED_LANGUAGES", [])
LANGUAGE_CODE = LOCATOR_LANGUAGES[0]
try:
    LANGUAGES = [(code, get_language_info(code)["name"]) for code in LOCATOR_LANGUAGES]
except KeyError as error:
    env.refuse(f"LOCATOR_LANGUAGES: {error.args[0]} Write codes as en,es,hi.")
# Where translations are written; the overlay's words win. Read is what
# `compile_translations` makes of them all.
LOCATOR_LOCALES = _layers("locale")
LOCALE_PATHS = [LOCATOR_VAR / "locale"]
FORMAT_MODULE_PATH = "locator.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files ------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = LOCATOR_VAR / "static"
STATICFILES_DIRS = _layers("static")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "teleclinic.storage.LeafletFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "teleclinic.storage.HashedStorage"
    },
}

# --- Logs --------------------------------------------------------------------------

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

# Last, so that they know every variable.
LOCATOR_NAMES = frozenset(env.names)
env.refuse_wrong()
