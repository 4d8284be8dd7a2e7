"""Invents clinics as dense and as skewed as real ones, the same ones at every run.

DATABASE_URL=sqlite:////tmp/100k.sqlite3 .venv/bin/python bench/inventing.py 100k

They stand in the towns of the gazetteer, the more the larger, at addresses in the
town's postcodes. Give it a database of its own: stopped in the middle, an SQLite file
is broken.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import invented_shares as usual  # noqa: E402
from bench.invented_world import SEED, Row, Towns, World  # noqa: E402

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
AT_ONCE = 20_000
EDITION = "2022"
SOURCE = "samhsa-mental-health"
DAYS_OF_CHECKS = 700
# How far clinics of a postcode stand from its point, in degrees.
OF_A_POSTCODE = 0.02


def prepare() -> None:
    """Make the tables and fill those that clinics refer to."""
    from django.core.management import call_command

    for command in ("migrate", "load_catalogues", "load_places", "sync_roles"):
        call_command(command, verbosity=0)


def invent(count: int) -> None:
    """Publish `count` clinics, with everything that is derived of them."""
    from django.db import transaction

    from locator.search import entries

    _hurry()
    with transaction.atomic():
        towns, world = Towns.read(), World.of(count)
        for first in range(0, count, AT_ONCE):
            _write(first, min(AT_ONCE, count - first), towns, world)
    entries.rebuild_all()


def _hurry() -> None:
    """What an accident would lose can be invented again."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode=OFF")
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-1000000")
            cursor.execute("PRAGMA analysis_limit=1000")
        else:
            cursor.execute("SET synchronous_commit = off")


# --- Clinics -----------------------------------------------------------------------


@dataclass
class Batch:
    """Some clinics and their services on their way into the database."""

    chance: np.random.Generator
    world: World
    towns: Towns
    clinics: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)


def _write(first: int, count: int, towns: Towns, world: World) -> None:
    from locator.importers.bulk import Ids, Inserts
    from locator.models import Clinic, Service

    batch = Batch(np.random.default_rng([SEED, 1, first]), world, towns)
    inserts, ids = Inserts(), Ids()
    _draw_clinics(batch, first, ids.of(Clinic, count))
    _draw_services(batch)
    for service, pk in zip(
        batch.services, ids.of(Service, len(batch.services)), strict=True
    ):
        service["id"] = pk
    for row in batch.clinics:
        inserts.add(Clinic, row)
    for row in batch.services:
        inserts.add(Service, row)
    _add_sets(inserts, batch)
    _add_phones(inserts, batch)
    _add_checks(inserts, batch)
    _add_coverage(inserts, batch)
    inserts.execute()


def _draw_clinics(batch: Batch, first: int, ids: Sequence[int]) -> None:
    chance = batch.chance
    drawn = chance.choice(len(batch.towns.rows), len(ids), p=batch.towns.chances)
    luck = _lucks(chance, len(ids))
    for at, pk in enumerate(ids):
        lucky = next(luck)
        row = _clinic(batch, f"invented-{first + at}", batch.towns.rows[drawn[at]])
        row |= _place(batch, row, lucky) | _contact(batch, row, lucky)
        batch.clinics.append(row | {"id": pk})


def _lucks(chance: np.random.Generator, count: int) -> Iterator[Mapping[str, bool]]:
    """For each of `count` clinics: which of the facts with a share of theirs hold."""
    shares = {
        "organization": usual.HAS_ORGANIZATION,
        "hours": usual.HAS_HOURS,
        "website": usual.HAS_WEBSITE,
        "email": usual.HAS_EMAIL,
        "verified": usual.IS_VERIFIED,
        "remote only": usual.IS_REMOTE_ONLY,
        "lost remote only": usual.REMOTE_ONLY_WITHOUT_POINT,
        "lost": usual.OTHERS_WITHOUT_POINT,
        "exact": usual.POINT_OF_ADDRESS,
    }
    hits = chance.random((count, len(shares))) < np.array(list(shares.values()))
    for row in hits.tolist():
        yield dict(zip(shares, row, strict=True))


def _clinic(batch: Batch, slug: str, town: tuple) -> Row:
    city, region, zone, *_ = town
    return {
        "slug": slug,
        "name": batch.world.names.draw(batch.chance),
        "city": city,
        "region_id": region,
        "time_zone": zone,
        "status": "published",
        "source_id": SOURCE,
        "source_date": EDITION,
        "created_at": batch.world.now,
        "updated_at": batch.world.now,
        "town": town,
    }


def _place(batch: Batch, row: Row, lucky: Mapping[str, bool]) -> Row:
    chance = batch.chance
    remote_only = lucky["remote only"]
    town = row.pop("town")
    code, latitude, longitude = batch.towns.address(chance, town)
    found = {"postal_code": code, "is_remote_only": remote_only}
    if not remote_only:
        found["street"] = f"{chance.integers(1, 9999)} Invented St"
    if lucky["lost remote only" if remote_only else "lost"]:
        return found
    if lucky["exact"] or not code:
        spread = OF_A_POSTCODE if code else _degrees(town)
        latitude, longitude = chance.normal((latitude, longitude), spread)
    return found | {
        "latitude": float(np.clip(latitude, -90, 90)),
        "longitude": float(np.clip(longitude, -180, 180)),
        "point_source": "source",
        "point_precision": "address" if lucky["exact"] or not code else "postcode",
    }


def _degrees(town: tuple) -> float:
    """How far from the middle of a town without postcodes its clinics stand."""
    return min(0.1, OF_A_POSTCODE * max(1, town[-1] / 50_000) ** 0.5)


def _contact(batch: Batch, row: Row, lucky: Mapping[str, bool]) -> Row:
    chance, world, found = batch.chance, batch.world, {}
    if lucky["organization"]:
        # Few run many, and many run few.
        at = int(len(world.organizations) * chance.random() ** 2)
        found["organization_id"] = world.organizations[at]
    if lucky["hours"] and row["time_zone"]:
        found["opening_hours"] = usual.HOURS[chance.integers(len(usual.HOURS))]
    if lucky["website"]:
        found["website"] = f"https://{row['slug']}.example/"
    if lucky["email"]:
        found["email"] = f"desk@{row['slug']}.example"
    if lucky["verified"]:
        age = timedelta(minutes=int(chance.integers(DAYS_OF_CHECKS * 24 * 60)))
        found["verified_at"] = world.now - age
        found["verified_by_id"] = world.person
        found["verified_method"] = ("phoned", "website", "attested")[age.days % 3]
    return found


# --- Services ----------------------------------------------------------------------


def _draw_services(batch: Batch) -> None:
    chance, kinds = batch.chance, usual.KINDS
    many = list(usual.SERVICES_OF_A_CLINIC)
    counts = chance.choice(
        many, len(batch.clinics), p=list(usual.SERVICES_OF_A_CLINIC.values())
    )
    first = _shares([kind.first for kind in kinds])
    further = _shares([kind.further for kind in kinds])
    firsts = chance.choice(len(kinds), len(counts), p=first)
    furthers = chance.choice(len(kinds), (len(counts), 4 * max(many)), p=further)
    for clinic, own, count, others in zip(
        batch.clinics, firsts, counts, furthers, strict=True
    ):
        remote_only = clinic.pop("is_remote_only")
        for at in [*dict.fromkeys((own, *others))][:count]:
            batch.services.append(
                {"clinic_id": clinic["id"], "kind": kinds[at]}
                | _delivery(chance, kinds[at], remote_only=remote_only)
            )


def _shares(values: Sequence[float]) -> np.ndarray:
    return np.array(values) / sum(values)


def _delivery(
    chance: np.random.Generator, kind: usual.Kind, *, remote_only: bool
) -> Row:
    """How a service is given: never neither at a distance nor in person."""
    one, other, third = chance.random(3)
    remote = "yes" if remote_only else _stated(one, kind.remote)
    in_person = "no" if remote_only else _stated(other, kind.in_person)
    if remote == in_person == "no":
        in_person = "yes"
    return {
        "service_type_id": kind.service_type,
        "remote": remote,
        "in_person": in_person,
        "remote_is_clinic_wide": remote == "yes" and third < 0.4,
        "accepting": "yes" if third > 0.75 else "no" if third > 0.72 else "unknown",
    }


def _stated(luck: float, yes: float) -> str:
    if luck < yes:
        return "yes"
    return "unknown" if luck > 0.95 else "no"


# --- What they say in sets and rows of their own -------------------------------------


def _add_sets(inserts, batch: Batch) -> None:
    from locator.models import Clinic, Service

    clinics = [row["id"] for row in batch.clinics]
    services = [row["id"] for row in batch.services]
    for model, pks, sets in (
        (Clinic, clinics, CLINIC_SETS),
        (Service, services, SERVICE_SETS),
    ):
        for name, (shares, silent) in sets.items():
            drawn = _draw_sets(batch.chance, shares, len(pks), silent=silent)
            inserts.add_sets(model, _said(pks, name, drawn))
    remote = [row["id"] for row in batch.services if row["remote"] != "no"]
    drawn = _draw_sets(batch.chance, usual.MODALITIES, len(remote))
    inserts.add_sets(Service, _said(remote, "modalities", drawn))
    _add_specialties(inserts, batch)


# By name: shares, and the share of those that say nothing.
CLINIC_SETS = {
    "languages": (usual.LANGUAGES, 0),
    "payments": (usual.PAYMENTS, 0.05),
    "accessibility": (usual.ACCESSIBILITY, 0),
}
SERVICE_SETS = {
    "age_groups": (usual.AGES, usual.SILENT),
    "settings": (usual.SETTINGS, 0),
    "groups": (usual.GROUPS, 0.3),
    "eligibility": (usual.ELIGIBILITY, 0),
}


def _add_specialties(inserts, batch: Batch) -> None:
    from locator.models import Service

    for kind in usual.KINDS:
        pks = [row["id"] for row in batch.services if row["kind"] is kind]
        drawn = _draw_sets(batch.chance, kind.specialties, len(pks))
        all_of = ([*kind.always, *codes] for codes in drawn)
        inserts.add_sets(Service, _said(pks, "specialties", all_of))


def _said(pks: Sequence[int], name: str, drawn) -> list[tuple]:
    return [(pk, name, codes) for pk, codes in zip(pks, drawn, strict=True)]


def _draw_sets(
    chance: np.random.Generator, shares: usual.Shares, count: int, *, silent: float = 0
) -> list[list[str]]:
    """`count` sets of codes; who has one of them is likelier to have the others."""
    codes = list(shares)
    breadth = chance.uniform(0.6, 1.4, (count, 1))
    breadth[chance.random(count) < silent] = 0
    hits = chance.random((count, len(codes))) < np.array([*shares.values()]) * breadth
    sets: list[list[str]] = [[] for _ in range(count)]
    for row, column in np.argwhere(hits).tolist():
        sets[row].append(codes[column])
    return sets


def _add_phones(inserts, batch: Batch) -> None:
    from locator.models import Phone

    digits = batch.chance.integers(2_010_000, 9_899_999, (len(batch.clinics), 2))
    second = batch.chance.random(len(batch.clinics)) < usual.HAS_SECOND_PHONE
    for row, numbers, more in zip(
        batch.clinics, digits.tolist(), second.tolist(), strict=True
    ):
        for at, purpose in enumerate(("main", "intake")[: 1 + more]):
            number = f"+1{numbers[at] // 10_000}555{numbers[at] % 10_000:04}"
            facts = {"clinic_id": row["id"], "number": number, "purpose": purpose}
            inserts.add(Phone, facts | {"position": at})


def _add_checks(inserts, batch: Batch) -> None:
    from locator.models import Verification

    for row in batch.clinics:
        if "verified_at" in row:
            facts = {"clinic_id": row["id"], "at": row["verified_at"]}
            facts |= {"by_id": row["verified_by_id"], "method": row["verified_method"]}
            inserts.add(Verification, facts)


def _add_coverage(inserts, batch: Batch) -> None:
    """Where services may treat: mostly nobody said, so their own region is assumed."""
    from locator.models import CoverageArea

    home = {row["id"]: row["region_id"] for row in batch.clinics}
    care = _care()
    for service in batch.services:
        if service["remote"] == "no" or service["service_type_id"] not in care:
            continue
        basis, regions = _coverage(batch, home[service["clinic_id"]])
        for region in regions:
            facts = {"service_id": service["id"], "region_id": region, "basis": basis}
            inserts.add(CoverageArea, facts | {"as_of": EDITION})


@cache
def _care() -> frozenset[str]:
    from locator.models import ServiceType

    care = ServiceType.objects.filter(is_care=True)
    return frozenset(care.values_list("code", flat=True))


def _coverage(batch: Batch, home: str) -> tuple[str, Sequence[str]]:
    chance, world, other = batch.chance, batch.world, usual.OTHER_COVERAGE
    luck = chance.random()
    if luck < other["country"]:
        return "clinic_stated", ["US"]
    luck -= other["country"]
    if luck < other["states"]:
        bases = list(usual.STATED_BASES)
        basis = bases[chance.choice(len(bases), p=list(usual.STATED_BASES.values()))]
        more = chance.integers(0, usual.MOST_STATES)
        states = chance.choice(len(world.states), more, p=world.state_chances)
        return basis, sorted({home, *(world.states[each] for each in states)})
    luck -= other["states"]
    basis = "unknown" if luck < other["unknown"] else "assumed_home_region"
    return basis, [home]


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teleclinic.settings")
    os.environ.setdefault("LOCATOR_HTTP", "1")
    os.environ.setdefault("SECRET_KEY", "bench")
    django.setup()
    start = time.perf_counter()
    prepare()
    invent(SIZES[sys.argv[1].lower()])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - start:.0f} s, at most {most:.0f} MB")


if __name__ == "__main__":
    main()
