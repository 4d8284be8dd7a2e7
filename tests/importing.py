"""Files for tests of the imports: look-alike rows, and what an import made of them."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from locator.importers.load import Import, Job, Outcome
from locator.models import Clinic, Place

from .making import make_place

_DIRECTORY = """name1 name2 street1 street2 city state zip phone intake1 intake2
    intake1a intake2a service_code_info"""
_FACILITIES = """name1 name2 street1 street2 city state zip zip4 county phone
    intake_prompt intake1 intake2 website latitude longitude type_facility mh sa tele sp
    ah md mc pi sf vaf itu np vet ptsd ped op res hi fem male chld adlt tbs bu"""
DIRECTORY = _DIRECTORY.split()
# As the source writes its header: with stray spaces.
FACILITIES = _FACILITIES.split()
HEADER = ["    name1", *FACILITIES[1:-1], "bu "]

ROW = {
    "name1": "Juniper Bend Counseling",
    "street1": "1200 Sample Street",
    "city": "Austin",
    "state": "TX",
    "zip": "78701",
    "phone": "512-555-0101",
}


def directory_row(codes: str = "MH * OP * TELE * MD * ADLT", **cells: str) -> dict:
    return ROW | {"service_code_info": codes} | cells


def facility_row(kind: str = "MH", flags: str = "mh op tele md adlt", **cells) -> dict:
    """A row of the export; `flags` are the columns that hold a 1."""
    point = {"latitude": "30.27", "longitude": "-97.74"}
    marked = dict.fromkeys(flags.split(), "1")
    return ROW | point | {"type_facility": kind} | marked | cells


def write_directory(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    return _write(path, DIRECTORY, DIRECTORY, rows)


def write_facilities(
    path: Path, rows: Iterable[Mapping[str, str]], *, without: tuple[str, ...] = ()
) -> Path:
    columns = [name for name in FACILITIES if name not in without]
    header = [name for name in HEADER if name.strip() not in without]
    return _write(path, header, columns, rows)


def write_csv(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """A file of our own layout with the columns that `rows` use."""
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return _write(path, columns, columns, rows)


def _write(path: Path, header, columns, rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            assert row.keys() <= set(columns), row.keys() - set(columns)
            writer.writerow([row.get(name, "") for name in columns])
    return path


def run(layout: str, path: Path, as_of: str = "2022", **options) -> Outcome:
    """Import the file as the command does."""
    work = Import(Job(layout, path, as_of=as_of, **options))
    work.read()
    return work.apply()


def import_directory(folder: Path, *rows: Mapping[str, str], **options) -> Outcome:
    path = write_directory(folder / "directory.csv", rows)
    return run("samhsa-directory", path, **options)


def import_facilities(
    folder: Path, *rows: Mapping[str, str], without=(), as_of="2023-11", **options
) -> Outcome:
    path = write_facilities(folder / "facilities.csv", rows, without=without)
    return run("findtreatment", path, as_of=as_of, **options)


def import_csv(folder: Path, *rows: Mapping[str, str], as_of="2026-03", **options):
    path = write_csv(folder / "clinics.csv", rows)
    return run("csv", path, as_of=as_of, **options)


def the_clinic() -> Clinic:
    """The one clinic that there is."""
    return Clinic.objects.get()


def service(clinic: Clinic, specialty: str):
    """The clinic's one service for `specialty`."""
    return clinic.services.get(specialties=specialty)


def codes(relation) -> set[str]:
    """The codes that a set-valued fact holds."""
    return set(relation.values_list("pk", flat=True))


POSTCODES = (
    ("78701", "Austin", "US-TX", (30.2713, -97.7426)),
    ("75211", "Dallas", "US-TX", (32.7302, -96.9061)),
    ("02203", "Boston", "US-MA", (42.3615, -71.0604)),
    ("01089", "West Springfield", "US-MA", (42.1257, -72.6499)),
    ("05301", "Brattleboro", "US-VT", (42.8509, -72.5579)),
    ("73301", "Austin", "US-TX", None),
)
ZONES = {"US-TX": "America/Chicago"}


def make_postcodes() -> None:
    """The few postcodes and towns that look-alike rows lie in."""
    for code, town, region, at in POSTCODES:
        zone = ZONES.get(region, "America/New_York")
        make_place(
            code,
            at=at,
            region=region,
            kind=Place.Kind.POSTCODE,
            town=town,
            time_zone=zone,
        )
    make_place("West Springfield", at=(42.1, -72.6), region="US-MA")
    make_place("Austin", at=(30.2672, -97.7431), region="US-TX")
