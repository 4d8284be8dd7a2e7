"""What `manage.py check` says of this site beyond Django's own checks."""

import re
from collections.abc import Iterator

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, InterfaceError
from django.template import engines
from django.utils import timezone
from jinja2 import TemplateSyntaxError

from .aid import unchecked
from .languages.translations import is_stale
from .models import Clinic
from .text import counted

# Names that belong to nobody (RFC 2606), as host or at the end of one.
EXAMPLE = re.compile(r"(?:^|[.@/])example(?:\.(?:com|net|org))?(?=$|[:/,;)\s])", re.I)
# What no random text happens to hold, and keys that are copied do.
COPIED_KEY = re.compile(r"change.?me|example|insecure|secret", re.I)


@register(Tags.staticfiles)
def logo_is_there(app_configs: list[AppConfig] | None, **kwargs) -> list[CheckMessage]:
    """Without its file every page would fail on the logo's address."""
    logo = settings.LOCATOR_LOGO
    if not logo or finders.find(logo):
        return []
    return [
        Error(
            f"LOCATOR_LOGO names {logo}, which is in no static folder.",
            hint="Put it below static/ in the folder that LOCATOR_OVERLAY names.",
            id="locator.E001",
        )
    ]


@register
def home_region_is_in_home_country(
    app_configs: list[AppConfig] | None, **kwargs
) -> list[CheckMessage]:
    region, country = settings.LOCATOR_HOME_REGION, settings.LOCATOR_HOME_COUNTRY
    if not region or region.startswith(f"{country}-"):
        return []
    return [
        Error(
            f"LOCATOR_HOME_REGION {region} is not in LOCATOR_HOME_COUNTRY {country}.",
            id="locator.E002",
        )
    ]


@register(Tags.translation)
def translations_are_made(
    app_configs: list[AppConfig] | None, **kwargs
) -> list[CheckMessage]:
    """Without it a page in Spanish would say in English what is new."""
    stale = [code for code, _name in settings.LANGUAGES if is_stale(code)]
    if not stale:
        return []
    return [
        Warning(
            f"What the site reads in {', '.join(stale)} is not there or out of date.",
            hint="Run `manage.py compile_translations`, or `prepare`.",
            id="locator.W006",
        )
    ]


@register("geocoder")
def geocoder_is_known(
    app_configs: list[AppConfig] | None, **kwargs
) -> list[CheckMessage]:
    if not settings.LOCATOR_GEOCODER:
        return []
    from geopy.geocoders import SERVICE_TO_GEOCODER

    if settings.LOCATOR_GEOCODER in SERVICE_TO_GEOCODER:
        return []
    return [
        Error(
            f"LOCATOR_GEOCODER: geopy has no geocoder {settings.LOCATOR_GEOCODER!r}.",
            hint=f"It has {', '.join(sorted(SERVICE_TO_GEOCODER))}.",
            id="locator.E003",
        )
    ]


@register(Tags.security, deploy=True)
def no_example_is_left(
    app_configs: list[AppConfig] | None, **kwargs
) -> list[CheckMessage]:
    """What was copied from a page of ours, and not made one's own."""
    wrong = []
    if COPIED_KEY.search(settings.SECRET_KEY):
        wrong.append(
            Error(
                "SECRET_KEY is an example that others know, too.",
                hint="`python3 -c 'import secrets; print(secrets.token_urlsafe(64))'` "
                "prints one of your own.",
                id="locator.E009",
            )
        )
    return wrong + [
        Warning(
            f"{name} still holds {what}.",
            hint="Set your own: deploy/example.env says how it is written.",
            id="locator.W010",
        )
        for name, what in _examples()
    ]


def _examples() -> Iterator[tuple[str, str]]:
    """Each variable that holds an example, and which."""
    named = {
        "LOCATOR_HOSTS": settings.ALLOWED_HOSTS,
        "LOCATOR_CONTACT_EMAIL": [settings.LOCATOR_CONTACT_EMAIL],
        "EMAIL_URL": [settings.EMAIL_HOST],
        "LOCATOR_TRUSTED_ORIGINS": settings.CSRF_TRUSTED_ORIGINS,
        "LOCATOR_FRAME_ANCESTORS": settings.LOCATOR_FRAME_ANCESTORS,
        "LOCATOR_TILE_URL": [settings.LOCATOR_TILE_URL],
        "LOCATOR_GEOCODER_USER_AGENT": [settings.LOCATOR_GEOCODER_USER_AGENT],
    }
    for name, values in named.items():
        if found := [value for value in values if EXAMPLE.search(value)]:
            yield name, f"the example {', '.join(found)}"
    for alias, database in settings.DATABASES.items():
        if database.get("PASSWORD") == "password":
            is_replica = alias in settings.LOCATOR_REPLICAS
            name = "DATABASE_REPLICA_URL" if is_replica else "DATABASE_URL"
            yield name, "the password of the example"


@register(Tags.templates, deploy=True)
def pages_can_be_made(
    app_configs: list[AppConfig] | None, **kwargs
) -> list[CheckMessage]:
    """Every template of a public page compiles, the overlay's too."""
    pages, wrong = engines["pages"].env, []
    for name in pages.list_templates():
        try:
            pages.get_template(name)
        except TemplateSyntaxError as error:
            wrong.append(
                Error(
                    f"{error.filename}, line {error.lineno}: {error.message}",
                    hint="Public pages are Jinja2: see docs/decisions/templates.md.",
                    id="locator.E008",
                )
            )
    return wrong


# The two below read the database, so they run only where `--deploy` asks for them. One
# that is away or not migrated holds nothing to complain of.


@register("clinics", deploy=True)
def no_samples_are_published(
    app_configs: list[AppConfig] | None, **kwargs
) -> list[CheckMessage]:
    """Invented clinics have no place on a site that people turn to for care."""
    try:
        samples = Clinic.objects.published().samples().count()
    except (DatabaseError, InterfaceError):
        return []
    if not samples:
        return []
    return [
        Error(
            f"{counted(samples, 'sample clinic is', 'sample clinics are')} published. "
            "No such clinic exists.",
            hint="The first import of real data withdraws them, or do it in the admin.",
            id="locator.E004",
        )
    ]


@register("helplines", deploy=True)
def helplines_are_checked_yearly(
    app_configs: list[AppConfig] | None, **kwargs
) -> list[CheckMessage]:
    try:
        checked_on = list(
            unchecked(timezone.localdate()).values_list("checked_on", flat=True)
        )
    except (DatabaseError, InterfaceError):
        return []
    if not checked_on:
        return []
    were = counted(len(checked_on), "helpline was", "helplines were")
    return [
        Warning(
            f"{were} not checked for a year, the first since {checked_on[0]}.",
            hint="`manage.py list_helplines` says which, and where to read them.",
            id="locator.W005",
        )
    ]
