"""Where the site runs, and how it is served."""

from pathlib import Path

from environs import validate

from .reading import env, like, listed

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# --- Where the site runs --------------------------------------------------------------

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
ALLOWED_HOSTS = listed(
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
            f"SECRET_KEY is not set. `make run` makes one and keeps it in {kept}."
            if LOCATOR_HTTP
            else "SECRET_KEY is not set. Set it to 50 random characters or more, as "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(64))'` prints, "
            "where the site's other settings stand (/etc/teleclinic/site.env), and "
            "keep it: with another one all sign-ins end, and links that were sent."
        )
    return key.strip()


SECRET_KEY = _secret_key()

ROOT_URLCONF = "teleclinic.urls"
WSGI_APPLICATION = "teleclinic.wsgi.application"

# --- How it is served (`manage.py serve`) ---------------------------------------------

# Where the server listens: host:port, or the path of a socket for a proxy beside it.
LOCATOR_LISTEN = (
    env.str("LOCATOR_LISTEN", "", validate=like(r"/\S+|\S+:\d{1,5}", "127.0.0.1:8000"))
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
