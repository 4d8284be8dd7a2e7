"""What stands between this installation and its visitors, a sentence each."""

import os
import warnings
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import CheckMessage, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from .models import Place, Region

# Checks of Django's whose sentences below say more plainly what to set.
SAID_BELOW = {"security.W009", "security.W018", "security.W020"}
SHORTEST_KEY = 50  # characters


def look() -> tuple[list[str], list[str]]:
    """Why the site must not be served as it is, and what is hardly meant so."""
    # Those of a deployment complain of plain HTTP, which is asked for here.
    found = [
        message
        for message in run_checks(include_deployment_checks=not settings.LOCATOR_HTTP)
        if message.id not in SAID_BELOW
    ]
    unsafe = _unsafe_on_this_machine if settings.LOCATOR_HTTP else _unsafe_for_others
    obstacles = [*unsafe(), *_database(), *_files(), *_code()]
    obstacles += [_sentence(message) for message in found if _is_grave(message)]
    doubts = [_sentence(message) for message in found if not _is_grave(message)]
    return obstacles, [*_misspelled(), *_left_out(), *doubts]


def _is_grave(message: CheckMessage) -> bool:
    return message.is_serious() or str(message.id).startswith("security.")


def _sentence(message: CheckMessage) -> str:
    return " ".join(filter(None, [str(message.msg), message.hint]))


def _left_out() -> Iterator[str]:
    if settings.LOCATOR_HTTP:
        yield "LOCATOR_HTTP=1: plain HTTP, for this machine alone."
        return
    if not settings.LOCATOR_CONTACT_EMAIL:
        yield (
            "LOCATOR_CONTACT_EMAIL is not set: pages name nobody to write to, and "
            "answers to reports have no sender."
        )
    if not os.environ.get("DATABASE_URL"):
        yield (
            "DATABASE_URL is not set: the site keeps everything in "
            f"{settings.DATABASES['default']['NAME']}. That is sound on one machine; "
            "PostgreSQL lets curators save while an import runs."
        )


def _unsafe_on_this_machine() -> Iterator[str]:
    if not _is_loopback(settings.LOCATOR_LISTEN):
        yield (
            f"LOCATOR_LISTEN is {settings.LOCATOR_LISTEN} and LOCATOR_HTTP is set: "
            "passwords would cross the network unencrypted. Listen at 127.0.0.1, or "
            "unset LOCATOR_HTTP and put a proxy that ends TLS in front (deploy/)."
        )


def _unsafe_for_others() -> Iterator[str]:
    if len(settings.SECRET_KEY) < SHORTEST_KEY or len(set(settings.SECRET_KEY)) < 5:
        yield (
            f"SECRET_KEY is too easy to guess: take {SHORTEST_KEY} random characters, "
            "as `python3 -c 'import secrets; print(secrets.token_urlsafe(64))'` prints."
        )
    if not settings.ALLOWED_HOSTS:
        yield (
            "LOCATOR_HOSTS is not set: name the hosts that the site answers to, as in "
            "LOCATOR_HOSTS=clinics.example.org."
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield (
            "LOCATOR_HOSTS holds *: anybody could have links made to a host of their "
            "own. Name the hosts."
        )
    if not settings.LOCATOR_PROXY:
        yield (
            "LOCATOR_PROXY is not set: the server speaks plain HTTP, which the site "
            "sends on to HTTPS, for ever. Put a proxy that ends TLS in front (deploy/) "
            "and set LOCATOR_PROXY=1, or LOCATOR_HTTP=1 to try it on this machine."
        )


def _is_loopback(where: str) -> bool:
    """Whether only this machine reaches `where`, a host and port or a path."""
    host = where.rpartition(":")[0].strip("[]")
    if where.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _database() -> Iterator[str]:
    try:
        waiting = migrations_that_wait()
        is_empty = not waiting and not _knows_places()
    except (DatabaseError, InterfaceError) as error:
        # Visitors are served from a replica, and pages say what is away.
        if len(settings.DATABASES) == 1:
            yield f"DATABASE_URL: the database cannot be read: {_first_line(error)}"
        return
    if waiting:
        yield (
            f"The database is not migrated: {', '.join(waiting)}. `manage.py migrate` "
            "brings it up to this release, `manage.py prepare` makes a new one."
        )
    elif is_empty:
        yield (
            "The database holds no regions or places, so nobody could search. Run "
            "`manage.py prepare`."
        )


def migrations_that_wait() -> list[str]:
    """What `manage.py migrate` would do to the database, by the names of the apps."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return sorted({migration.app_label for migration, _backwards in plan})


def _knows_places() -> bool:
    return Region.objects.exists() and Place.objects.exists()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _files() -> Iterator[str]:
    manifest = getattr(staticfiles_storage, "manifest_name", None)
    if manifest and not Path(settings.STATIC_ROOT, manifest).is_file():
        yield (
            f"There are no static files in {settings.STATIC_ROOT}. Run "
            "`manage.py collectstatic`, or `prepare`."
        )


def _code() -> Iterator[str]:
    """Django's checks look at no middleware; workers fail over one that is broken."""
    try:
        with warnings.catch_warnings():
            # Of static files that are not there, which is said above.
            warnings.simplefilter("ignore")
            get_internal_wsgi_application()
    except ImproperlyConfigured as error:
        yield f"The site's code does not load: {error.__cause__ or error}"


def _misspelled() -> Iterator[str]:
    known = settings.LOCATOR_NAMES
    for name in sorted(os.environ):
        if name.startswith("LOCATOR_") and name not in known:
            near = get_close_matches(name, known, n=1)
            yield f"{name} is no setting." + (
                f" Is {near[0]} meant?" if near else " See teleclinic/settings/."
            )
