"""Clinics as rows of our own layout. See docs/csv-layout.md."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from ..facts import ClinicState, Facts, chunks, read
from ..models import Clinic, OldSlug, Organization
from . import csv_cells as cells
from .csv_template import COLUMNS

Write = Callable[[Any], str]


def _text(value: Any) -> str:
    return str(value).strip()


_CLINIC: Mapping[str, Write] = {
    "name": _text,
    "programme": _text,
    "organization": _text,
    "description": _text,
    "other_names": cells.write_other_names,
    "street": _text,
    "unit": _text,
    "city": _text,
    "postal_code": _text,
    "region": _text,
    "address_is_private": cells.write_yes,
    "phones": cells.write_phones,
    "email": _text,
    "website": _text,
    "booking_url": _text,
    "opening_hours": _text,
    "languages": cells.write_list,
    "payments": cells.write_list,
    "accessibility": cells.write_list,
    "identifiers": cells.write_identifiers,
}
_SERVICE: Mapping[str, Write] = {
    "service_type": _text,
    "specialties": cells.write_list,
    "remote": cells.write_fact,
    "remote_is_clinic_wide": cells.write_yes,
    "in_person": cells.write_fact,
    "modalities": cells.write_list,
    "settings": cells.write_list,
    "first_visit_in_person": cells.write_fact,
    "platform": _text,
    "sound_only": cells.write_fact,
    "interpreter": cells.write_fact,
    "accepting": cells.write_fact,
    "referral": cells.write_fact,
    "eligibility": cells.write_list,
    "age_groups": cells.write_list,
    "minimum_age": cells.write_age,
    "maximum_age": cells.write_age,
    "groups": cells.write_list,
    "languages": cells.write_list,
    "payments": cells.write_list,
    "notes": _text,
    "coverage": cells.write_coverage,
}
_COLUMN_OF = {"languages": "service_languages", "payments": "service_payments"}


def write_clinics(file: TextIO) -> int:
    """Write every real clinic that was not merged away; answers how many those were."""
    writer = csv.DictWriter(file, COLUMNS, restval="")
    writer.writeheader()
    count = 0
    clinics = Clinic.objects.real().filter(merged_into=None).order_by("slug")
    for pks in chunks(clinics.values_list("pk", flat=True).iterator()):
        for row in _rows(pks):
            count += bool(row["name"])
            writer.writerow({name: cells.harmless(cell) for name, cell in row.items()})
    return count


def _rows(pks: Sequence[int]) -> Iterator[dict[str, str]]:
    states = read(pks, with_records=False)
    old_slugs, websites = _old_slugs(pks), _websites(states)
    for pk in pks:
        clinic = states[pk]
        row = clinic_cells(clinic) | {
            "old_addresses": cells.write_list(sorted(old_slugs[pk])),
            "organization_website": websites.get(clinic.facts["organization"], ""),
        }
        services = sorted(map(service_cells, _facts(clinic)), key=_in_order)
        yield row | (services[0] if services else {})
        for service in services[1:]:
            yield {"clinic": clinic.slug, "name": ""} | service


def clinic_cells(clinic: ClinicState) -> dict[str, str]:
    """What the columns of a clinic say, but for its old addresses, by their names."""
    facts = clinic.facts
    source, source_date = facts["source"] or (cells.NONE, "")
    latitude, longitude, origin, precision = facts["point"] or ("", "", cells.NONE, "")
    return (
        {"clinic": clinic.slug}
        | {name: write(facts[name]) for name, write in _CLINIC.items()}
        | {
            "latitude": str(latitude),
            "longitude": str(longitude),
            "point_source": origin,
            "point_precision": precision,
            "time_zone": facts["time_zone"] or cells.NONE,
            "status": clinic.status,
            "withdrawn_reason": clinic.withdrawn_reason,
            "source": source,
            "source_date": source_date,
        }
    )


def _facts(clinic: ClinicState) -> list[Facts]:
    return [service.facts for service in clinic.services.values()]


def service_cells(facts: Facts) -> dict[str, str]:
    """What the columns of a service say, by their names."""
    return {
        _COLUMN_OF.get(name, name): write(facts[name])
        for name, write in _SERVICE.items()
    }


def _in_order(row: Mapping[str, str]) -> tuple[str, ...]:
    """By what a service is and for what, so that equal clinics are equal rows."""
    return tuple(row.values())


def _old_slugs(pks: Sequence[int]) -> Mapping[int, set[str]]:
    """Addresses that lead to each clinic: its own old ones and merged clinics'."""
    found: dict[int, set[str]] = defaultdict(set)
    old = OldSlug.objects.filter(clinic__in=pks)
    merged = Clinic.objects.filter(merged_into__in=pks)
    beside = OldSlug.objects.filter(clinic__merged_into__in=pks)
    for pairs in (
        old.values_list("clinic", "slug"),
        merged.values_list("merged_into", "slug"),
        beside.values_list("clinic__merged_into", "slug"),
    ):
        for pk, slug in pairs:
            found[pk].add(slug)
    return found


def _websites(states: Mapping[int, ClinicState]) -> dict[str, str]:
    names = {clinic.facts["organization"] for clinic in states.values()} - {""}
    found = Organization.objects.filter(name__in=names).exclude(website="")
    return dict(found.order_by("-pk").values_list("name", "website"))
