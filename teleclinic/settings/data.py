"""Where the data is kept, and for how long it holds."""

from environs import validate

from ..databases import databases
from .place import LOCATOR_VAR
from .reading import env, like

# --- Database -------------------------------------------------------------------------

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

# --- What processes remember together -------------------------------------------------

# A Redis or Valkey server, as redis://:password@localhost/0; none: each process
# remembers by itself. Nothing is lost with it, and nothing waits for it.
CACHE_URL = env.str(
    "CACHE_URL",
    "",
    validate=like(r"(redis|valkey)s?://\S+", "redis://:password@localhost/0"),
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

# --- How old listings may get ---------------------------------------------------------

# After how many days, from its source's date, a listing that nobody ever verified
# leaves the public list (`age_clinics`); 0: never for its age alone.
LOCATOR_WITHDRAW_IMPORTED_AFTER = env.int(
    "LOCATOR_WITHDRAW_IMPORTED_AFTER", 0, validate=validate.Range(min=0, max=36_500)
)
