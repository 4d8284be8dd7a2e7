"""The databases that the environment names, as Django wants to be told of them."""

from pathlib import Path

import dj_database_url
from environs import validate

from .environment import Environment

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"


def databases(env: Environment, sqlite_file: Path) -> dict[str, dict]:
    """`default`, which everything is written to, then `replica-1`, `replica-2`, …

    Without `DATABASE_URL` the one in `sqlite_file`, which has no replicas.
    """
    default = env.dj_db_url("DATABASE_URL", {}) or {
        "ENGINE": SQLITE,
        "NAME": sqlite_file,
    }
    if default["ENGINE"] not in (SQLITE, POSTGRESQL):
        env.refuse(
            "DATABASE_URL must begin with sqlite:// or postgresql://, as in "
            "postgresql://user:password@localhost/teleclinic."
        )
        default = {"ENGINE": SQLITE, "NAME": sqlite_file}
    # Both are read, so that each variable is known whatever the engine.
    options = {SQLITE: _sqlite(), POSTGRESQL: _postgresql(env)}[default["ENGINE"]]
    named = {"default": _with(default, options)}
    for number, replica in enumerate(_replicas(env, default["ENGINE"]), start=1):
        named[f"replica-{number}"] = _with(replica, options | {"connect_timeout": 2})
    pool_size = _pool_size(env)
    for database in named.values():
        _keep_connections(database, pool_size)
    return named


def _replicas(env: Environment, engine: str) -> list[dict]:
    """Copies of the database that visitors' pages are read from, in any order.

    Each a streaming standby of its own, `DATABASE_REPLICA_URL` with commas between.
    """
    urls = env.list("DATABASE_REPLICA_URL", [], subcast=str.strip)
    if urls and engine != POSTGRESQL:
        env.refuse(
            "DATABASE_REPLICA_URL needs PostgreSQL: SQLite has no replicas. Set "
            "DATABASE_URL to the PostgreSQL database that it is a replica of."
        )
        return []
    try:
        found = [dj_database_url.parse(url) for url in urls]
    except ValueError:
        found = [{"ENGINE": "none that there is"}]
    if any(each["ENGINE"] != POSTGRESQL for each in found):
        env.refuse(
            "DATABASE_REPLICA_URL must hold addresses that begin with postgresql://, "
            "with commas between."
        )
        return []
    for each in found:
        # Tests that write to one find it in the others.
        each["TEST"] = {"MIRROR": "default"}
    return found


def _sqlite() -> dict:
    return {
        # Without these, "database is locked" when an import and the admin meet.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL;"
            "PRAGMA synchronous=NORMAL;"
            "PRAGMA cache_size=-64000;"
        ),
    }


def _postgresql(env: Environment) -> dict:
    # How long PostgreSQL may work on one statement, in seconds; 0: as long as it takes.
    # A server sets it (wsgi.py): visitors must not wait, an import or a migration may.
    seconds = env.int("LOCATOR_STATEMENT_SECONDS", 0, validate=validate.Range(min=0))
    return {
        "options": f"-c statement_timeout={seconds}s",
        "connect_timeout": 5,  # seconds
        # A machine that vanished is noticed while it is waited for, too.
        "tcp_user_timeout": 10_000,  # milliseconds
        "keepalives_idle": 5,  # seconds, as the next
        "keepalives_interval": 2,
        "keepalives_count": 3,
    }


def _pool_size(env: Environment) -> int:
    # How many connections to each database the threads of a process share; 0: each
    # thread keeps one of its own. See docs/decisions/replicas.md.
    return env.int("LOCATOR_POOL_SIZE", 0, validate=validate.Range(min=0, max=100))


def _with(database: dict, options: dict) -> dict:
    """`database` with `options`, where its own address does not say otherwise."""
    own = database.get("OPTIONS", {})
    if "options" in own and "options" in options:
        own = own | {"options": f"{options['options']} {own['options']}"}
    options = options | own
    hosts = f"{database.get('HOST', '')}{own.get('host', '')}"
    if "," in hosts:
        # Of several that may be the primary, the one that takes what is written.
        options = {"target_session_attrs": "read-write"} | options
    return database | {"OPTIONS": options}


def _keep_connections(database: dict, pool_size: int) -> None:
    database["CONN_HEALTH_CHECKS"] = True
    if not pool_size or database["ENGINE"] != POSTGRESQL:
        database["CONN_MAX_AGE"] = 60  # seconds
        return
    database["CONN_MAX_AGE"] = 0  # given back to the pool after each request
    database["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": pool_size,
        "timeout": 5,  # seconds; what waits for a connection fails after this
        # Else the pool waits ever longer between its attempts, up to five minutes.
        "reconnect_timeout": 2,
    }
