"""What clinics and their services say, flattened into rows of search entries.

A fixed number of queries, however many clinics are read at once.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from django.db.models import Model

from ..geo import Point, band, unit_vector
from ..models import (
    AccessibilityFeature,
    AgeGroup,
    Clinic,
    CoverageArea,
    Door,
    Eligibility,
    Language,
    Modality,
    OtherName,
    PaymentOption,
    Phone,
    SearchWord,
    Service,
    ServiceType,
    Specialty,
    Stated,
)
from ..models.catalogue import BITS_PER_COLUMN
from ..models.region import country_of
from ..text import fold, words
from .packs import home_id, pack_id
from .query import EPOCH, EVERYWHERE, Basis, Contact, Fact, Trait, pack_region
from .reading import pack

LONGEST_NAME = 200

_FACTS = {Stated.YES: Fact.YES, Stated.NO: Fact.NO, Stated.UNKNOWN: Fact.UNKNOWN}
# Every other basis is something that somebody stated.
_BASES = {
    CoverageArea.Basis.ASSUMED: Basis.ASSUMED,
    CoverageArea.Basis.UNKNOWN: Basis.UNKNOWN,
}
_CONTACT_OF_PHONE = {
    Phone.Purpose.MAIN: Contact.PHONE,
    Phone.Purpose.INTAKE: Contact.PHONE,
    Phone.Purpose.TEXT: Contact.TEXT,
}
_OF_CLINIC = [
    "pk",
    "name",
    "programme",
    "organization__name",
    "city",
    "region_id",
    "latitude",
    "longitude",
    "time_zone",
    "email",
    "opening_hours",
    "verified_at",
]
_OF_SERVICE = [
    "pk",
    "clinic_id",
    "service_type_id",
    "remote",
    "in_person",
    "accepting",
    "minimum_age",
    "maximum_age",
]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bits:
    """The mask of every catalogue entry by its code, and what is derived of it."""

    types: Mapping[str, int]
    traits: Mapping[str, Trait]
    specialties: Mapping[str, int]
    modalities: Mapping[str, int]
    languages: Mapping[str, int]
    payments: Mapping[str, int]
    eligibilities: Mapping[str, int]
    for_all: int
    ages: Mapping[str, int]
    age_ranges: tuple[tuple[int, int, int | None], ...]
    accessibility: Mapping[str, int]

    @classmethod
    def read(cls) -> Self:
        """The catalogues as they are in the running transaction."""
        types = list(
            ServiceType.objects.only("code", "bit", "is_care", "category", "audience")
        )
        eligibilities = list(Eligibility.objects.only("code", "bit", "is_restriction"))
        ages = list(AgeGroup.objects.only("code", "bit", "minimum_age", "maximum_age"))
        return cls(
            types=_masks(types),
            traits={each.code: _traits(each) for each in types},
            specialties=_masks_of(Specialty),
            modalities=_masks_of(Modality),
            languages=_masks_of(Language),
            payments=_masks_of(PaymentOption),
            eligibilities=_masks(eligibilities),
            for_all=sum(1 << e.bit for e in eligibilities if not e.is_restriction),
            ages=_masks(ages),
            age_ranges=tuple(
                (1 << each.bit, each.minimum_age, each.maximum_age) for each in ages
            ),
            accessibility=_masks_of(AccessibilityFeature),
        )


def _masks(catalogue: Iterable) -> dict[str, int]:
    return {entry.code: 1 << entry.bit for entry in catalogue}


def _masks_of(catalogue: type[Model]) -> dict[str, int]:
    """As `_masks`, without the names and words of its entries."""
    rows = catalogue.objects.order_by().values_list("code", "bit")
    return {code: 1 << bit for code, bit in rows}


def _traits(service_type: ServiceType) -> Trait:
    traits = Trait(0)
    if service_type.is_care:
        traits |= Trait.CARE
    if service_type.category == ServiceType.Category.TELEMEDICINE:
        traits |= Trait.TELEMEDICINE
    if service_type.audience == ServiceType.Audience.PATIENTS:
        traits |= Trait.FOR_PATIENTS
    return traits


@dataclass(frozen=True, slots=True)
class Flat:
    """The rows that some clinics should have in the derived tables.

    `entries` are the columns of SearchEntry but its id; `words` are those that a clinic
    is found by, each once; `hours` the text, zone and country of hours by their id.
    """

    entries: list[Row] = field(default_factory=list)
    words: dict[int, list[str]] = field(default_factory=dict)
    hours: dict[int, tuple[str, str, str]] = field(default_factory=dict)


def flatten(clinics: Collection[int], bits: Bits) -> Flat:
    """The rows of those of `clinics` that are published, by what the database says."""
    flat = Flat()
    found = Clinic.objects.published().filter(pk__in=clinics).order_by("pk")
    published = {row["pk"]: row for row in found.values(*_OF_CLINIC)}
    of_clinic = _clinics(published, bits, flat)
    _name(published, flat)
    services = list(_services(published, bits))
    caring = {each["clinic_id"] for each in services if each["traits"] & Trait.CARE}
    for service in services:
        if service["clinic_id"] in caring:
            service["traits"] |= Trait.BESIDE_CARE
        # A service's own set, where given, replaces the clinic's.
        base = of_clinic[service["clinic_id"]] | service
        flat.entries.extend(doors_of(base, base.pop("point"), base.pop("coverage")))
    for row, packed in zip(flat.entries, pack(flat.entries), strict=True):
        row["packed"] = packed
    return flat


def hours_id(opening_hours: str, time_zone: str, country: str) -> int:
    """The id of these hours: a positive 63-bit number made of nothing else."""
    text = "\0".join((opening_hours, time_zone, country))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1 or 1


# --- Clinics -----------------------------------------------------------------------


def _clinics(published: Mapping[int, Row], bits: Bits, flat: Flat) -> dict[int, Row]:
    """What the rows of a clinic share, by clinic; `flat` gets their hours."""
    languages = _chosen(Clinic, "languages", published, bits.languages)
    payments = _chosen(Clinic, "payments", published, bits.payments)
    accessibility = _chosen(Clinic, "accessibility", published, bits.accessibility)
    contacts = _contacts(published)
    return {
        pk: {
            "clinic_id": pk,
            "point": _point(clinic),
            "home_region": pack_region(clinic["region_id"] or ""),
            **_two_columns(languages[pk]),
            "payments": payments[pk],
            "accessibility": accessibility[pk],
            "contacts": contacts[pk],
            "hours_id": _hours(clinic, flat),
            "verified_on": _day(clinic["verified_at"]),
            "name": fold(clinic["name"])[:LONGEST_NAME],
        }
        for pk, clinic in published.items()
    }


def _point(clinic: Row) -> Point | None:
    if clinic["latitude"] is None:
        return None
    return Point(clinic["latitude"], clinic["longitude"])


def _day(moment: datetime | None) -> int:
    """Days from 1970-01-01 to the day of `moment` in UTC; 0 for None alone."""
    return max(1, (moment.astimezone(UTC) - EPOCH).days) if moment else 0


def _hours(clinic: Row, flat: Flat) -> int | None:
    if not clinic["opening_hours"]:
        return None
    country = country_of(clinic["region_id"] or "")
    hours = clinic["opening_hours"], clinic["time_zone"], country
    flat.hours[hours_id(*hours)] = hours
    return hours_id(*hours)


def _contacts(published: Mapping[int, Row]) -> defaultdict[int, int]:
    contacts: defaultdict[int, int] = defaultdict(int)
    for pk, clinic in published.items():
        contacts[pk] = bool(clinic["email"]) << Contact.EMAIL
    phones = Phone.objects.filter(clinic__in=published).order_by()
    for pk, purpose in phones.values_list("clinic_id", "purpose"):
        if purpose in _CONTACT_OF_PHONE:
            contacts[pk] |= 1 << _CONTACT_OF_PHONE[purpose]
    return contacts


def _name(published: Mapping[int, Row], flat: Flat) -> None:
    """Give `flat` the words that each of the clinics is found by."""
    called = {
        pk: [row["name"], row["programme"], row["organization__name"], row["city"]]
        for pk, row in published.items()
    }
    others = OtherName.objects.filter(clinic__in=published).order_by("pk")
    for pk, name in others.values_list("clinic_id", "name"):
        called[pk].append(name)
    for pk, names in called.items():
        found = (word for name in names for word in words(name or ""))
        cut = (word[: SearchWord.LONGEST] for word in found)
        flat.words[pk] = list(dict.fromkeys(cut))


# --- Services ----------------------------------------------------------------------


def _services(published: Mapping[int, Row], bits: Bits) -> Iterator[Row]:
    """What the rows of a service share, and its `coverage`, service by service.

    Languages and payments are there only where the service has its own.
    """

    def chosen(name: str, masks: Mapping[str, int]) -> defaultdict[int, int]:
        return _chosen(Service, name, published, masks)

    specialties = chosen("specialties", bits.specialties)
    modalities = chosen("modalities", bits.modalities)
    languages = chosen("languages", bits.languages)
    payments = chosen("payments", bits.payments)
    eligibility = chosen("eligibility", bits.eligibilities)
    ages = chosen("age_groups", bits.ages)
    coverage = _coverage(published)
    found = Service.objects.filter(clinic__in=published).order_by("pk")
    for service in found.values(*_OF_SERVICE):
        pk, code = service["pk"], service["service_type_id"]
        yield {
            "clinic_id": service["clinic_id"],
            "service_id": pk,
            "traits": int(bits.traits[code] | _restricted(eligibility[pk], bits)),
            "remote": int(_FACTS[service["remote"]]),
            "in_person": int(_FACTS[service["in_person"]]),
            "accepting": int(_FACTS[service["accepting"]]),
            "types": bits.types[code],
            "specialties": specialties[pk],
            "modalities": modalities[pk],
            **(_two_columns(languages[pk]) if languages[pk] else {}),
            **({"payments": payments[pk]} if payments[pk] else {}),
            "ages": ages[pk] or _ages_between(service, bits),
            "eligibility": eligibility[pk],
            "coverage": coverage[pk],
        }


def _restricted(eligibility: int, bits: Bits) -> Trait:
    """Whether it is stated to be open to some people only."""
    if eligibility and not eligibility & bits.for_all:
        return Trait.RESTRICTED
    return Trait(0)


def _ages_between(service: Row, bits: Bits) -> int:
    """The age groups that meet the ages in years of `service`; 0 where none are."""
    youngest, oldest = service["minimum_age"], service["maximum_age"]
    if youngest is None and oldest is None:
        return 0
    mask = 0
    for bit, first, last in bits.age_ranges:
        is_too_old = oldest is not None and first > oldest
        is_too_young = youngest is not None and last is not None and last < youngest
        if not is_too_old and not is_too_young:
            mask |= bit
    return mask


def _coverage(published: Mapping[int, Row]) -> defaultdict[int, list[tuple[int, int]]]:
    """Packed regions, ascending, and their basis, by service."""
    coverage: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    found = CoverageArea.objects.filter(service__clinic__in=published)
    areas = found.order_by("region_id").values_list("service_id", "region_id", "basis")
    for pk, region, basis in areas:
        known = _BASES.get(basis, Basis.STATED)
        coverage[pk].append((pack_region(region), int(known)))
    return coverage


def _chosen(
    model: type[Model],
    name: str,
    clinics: Collection[int],
    masks: Mapping[str, int],
) -> defaultdict[int, int]:
    """The mask of the catalogue field `name`, by the pk of its owner."""
    relation = model._meta.get_field(name)
    owner, entry = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    path = f"{owner}__in" if model is Clinic else f"{owner}__clinic__in"
    rows = relation.remote_field.through.objects.filter(**{path: clinics})
    found: defaultdict[int, int] = defaultdict(int)
    for pk, code in rows.values_list(f"{owner}_id", f"{entry}_id"):
        found[pk] |= masks[code]
    return found


def _two_columns(languages: int) -> Row:
    high, low = divmod(languages, 1 << BITS_PER_COLUMN)
    return {"languages_0": low, "languages_1": high}


# --- Doors -------------------------------------------------------------------------


def doors_of(
    base: Row, point: Point | None, coverage: Collection[tuple[int, int]]
) -> list[Row]:
    """A row for every door that the service `base` has; the first is its lead."""
    x, y, z = unit_vector(point) if point else (None, None, None)
    home = home_id(base["home_region"], point, base["clinic_id"])
    shared = {**base, "x": x, "y": y, "z": z, "home_id": home}
    in_person, remote = base["in_person"] != Fact.NO, base["remote"] != Fact.NO
    doors = []
    if point and in_person:
        doors.append(_door(shared, Door.SITE, base["home_region"], point=point))
    if remote:
        needs_none = not base["traits"] & Trait.CARE
        areas = [(EVERYWHERE, int(Basis.NONE))] * needs_none + list(coverage)
        doors += [_door(shared, Door.COVERAGE, *area) for area in areas]
    if not doors or (in_person and not point):
        doors.insert(0, _door(shared, Door.PLAIN, base["home_region"]))
    return [{**door, "is_lead": at == 0} for at, door in enumerate(doors)]


def _door(
    shared: Row,
    door: Door,
    region: int,
    basis: int = int(Basis.NONE),
    point: Point | None = None,
) -> Row:
    row = shared | {
        "door": int(door),
        "region": region,
        "basis": basis,
        "band": band(point.latitude) if point else None,
        "longitude": point.longitude if point else None,
    }
    return row | {"pack_id": pack_id(row)}
