"""Which clinics may be one: by identifier, by phone and door, by name and place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations, groupby
from operator import itemgetter

import numpy as np
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ..alike import Face, street_words
from ..geo import EARTH_KM, Point, box_around, distance_km
from ..models import (
    Clinic,
    Door,
    Identifier,
    OtherName,
    Phone,
    PossibleDuplicate,
    SearchEntry,
    SourceRecord,
)
from .likeness import NEAR_KM, Likeness, Party, compare, is_worth_asking

# A number that more clinics share is an organization's. Of the real import 0.5 % of
# all numbers are, up to 27 clinics each.
MOST_OF_ONE_PHONE = 8
# An identifier that more clinics share is an organization's too.
MOST_OF_ONE_IDENTIFIER = 5
# Points that say where a house stands.
EXACT = (Clinic.Precision.ADDRESS, Clinic.Precision.STREET)

CLINICS_AT_ONCE = 50
PAIRS_AT_ONCE = 2000
# Of more clinics than this all are compared anew: that is quicker.
MANY = 2000

Pair = tuple[int, int]


# --- Two clinics -------------------------------------------------------------------


def likeness(first: Clinic, second: Clinic) -> Likeness | None:
    """What two clinics have in common; None where one of them is withdrawn."""
    parties = _parties([first.pk, second.pk])
    if len(parties) < 2:
        return None
    shared = parties[first.pk].face.phones & parties[second.pk].face.phones
    common = {number for number, many in _shared(shared).items() if many}
    return compare(parties[first.pk], parties[second.pk], common)


def _shared(numbers: Collection[str]) -> dict[str, bool]:
    """For each number, whether too many clinics share it."""
    counted = _callable().filter(number__in=numbers).values_list("number")
    return {
        number: many > MOST_OF_ONE_PHONE
        for number, many in counted.annotate(many=Count("clinic", distinct=True))
    }


# --- Reading -----------------------------------------------------------------------


def _live() -> QuerySet[Clinic]:
    return Clinic.objects.exclude(status=Clinic.Status.WITHDRAWN)


def _callable() -> QuerySet[Phone]:
    numbers = Phone.objects.exclude(purpose=Phone.Purpose.FAX).order_by()
    return numbers.exclude(clinic__status=Clinic.Status.WITHDRAWN)


def _parties(pks: Collection[int]) -> dict[int, Party]:
    """Clinics that are not withdrawn, in five queries."""
    of = Q(clinic__in=pks)
    phones = _gathered(_callable().filter(of).values_list("clinic", "number"))
    names = _gathered(OtherName.objects.filter(of).values_list("clinic", "name"))
    numbers = _gathered(
        (pk, (authority, value))
        for pk, authority, value in Identifier.objects.filter(of).values_list(
            "clinic", "authority", "value"
        )
    )
    records = SourceRecord.objects.filter(of).order_by()
    layouts = _gathered(records.values_list("clinic", "layout").distinct())
    return {
        clinic.pk: Party(
            clinic.pk,
            Face(
                clinic.name,
                clinic.street,
                clinic.city,
                clinic.region_id or "",
                clinic.postal_code,
                frozenset(phones[clinic.pk]),
            ),
            (clinic.name, *sorted(names[clinic.pk])),
            clinic.point if clinic.point_precision in EXACT else None,
            frozenset(numbers[clinic.pk]),
            frozenset(layouts[clinic.pk]),
            clinic.is_sample,
            clinic.is_public,
        )
        for clinic in _live().filter(pk__in=pks).only(*_READ)
    }


_READ = (
    *("name", "street", "city", "region_id", "postal_code", "latitude", "longitude"),
    *("point_precision", "is_sample", "status"),
)


def _gathered(rows: Iterable[tuple]) -> Mapping[int, set]:
    found: defaultdict[int, set] = defaultdict(set)
    for pk, value in rows:
        found[pk].add(value)
    return found


# --- Some clinics ------------------------------------------------------------------


def refresh_pairs(clinic_ids: Iterable[int]) -> None:
    """Make the pairs of these clinics that wait for a person those that are alike now.

    A number of queries that grows by fifties of clinics. A pair across postcodes of
    which this clinic is public and the other a draft is found by `refresh_all_pairs`.
    """
    pks = sorted(set(clinic_ids))
    if len(pks) > MANY:
        refresh_all_pairs()
        return
    for first in range(0, len(pks), CLINICS_AT_ONCE):
        _refresh(pks[first : first + CLINICS_AT_ONCE])


def _refresh(pks: list[int]) -> None:
    mine = _parties(pks)
    common: set = set()
    nearby = _in_postcodes(mine) | _around(mine) | _partners(pks)
    reached = nearby | _by_phone(mine, common) | _by_identifier(mine, common)
    parties = mine | _parties(reached - mine.keys())
    found = {}
    for pk, one in mine.items():
        for other in parties.values():
            if other.pk == pk or not is_worth_asking(one, other):
                continue
            if (alike := compare(one, other, common)).reasons:
                found[_ordered(pk, other.pk)] = alike
    either = Q(first__in=pks) | Q(second__in=pks)
    _keep(found, PossibleDuplicate.objects.filter(either))


def _ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _in_postcodes(parties: Mapping[int, Party]) -> set[int]:
    """Clinics of the same postcodes that stand at one of the doors."""
    doors = {_door(each.face.street, each.face.postcode) for each in parties.values()}
    codes = {each.face.postcode for each in parties.values()} - {""}
    rows = _live().filter(postal_code__in=codes).order_by()
    near = {
        pk
        for pk, street, code in rows.values_list("pk", "street", "postal_code")
        if _door(street, code) in doors
    }
    placed = [each.point for each in parties.values() if each.point]
    return near | _exact_points(rows, placed)


def _exact_points(rows: QuerySet[Clinic], points: list[Point]) -> set[int]:
    if not points:
        return set()
    placed = rows.filter(point_precision__in=EXACT)
    found = placed.values_list("pk", "latitude", "longitude")
    return {
        pk
        for pk, latitude, longitude in found
        if any(
            distance_km(point, Point(latitude, longitude)) <= NEAR_KM
            for point in points
        )
    }


def _door(street: str, postcode: str) -> tuple:
    return (street_words(street), postcode[:5]) if street and postcode else ()


def _around(parties: Mapping[int, Party]) -> set[int]:
    """Published clinics whose points lie near, in other postcodes too."""
    near = Q(pk__in=[])
    for party in parties.values():
        if party.point:
            box = box_around(party.point, NEAR_KM)
            sides = Q(pk__in=[])
            for side in box.longitudes:
                sides |= Q(longitude__range=side)
            near |= Q(band__in=range(box.first, box.last + 1)) & sides
    sites = SearchEntry.objects.filter(near, door=Door.SITE).order_by()
    return set(sites.values_list("clinic", flat=True))


def _partners(pks: list[int]) -> set[int]:
    """Those that these clinics are paired with as yet."""
    open_pairs = PossibleDuplicate.objects.filter(state=PossibleDuplicate.State.OPEN)
    either = open_pairs.filter(Q(first__in=pks) | Q(second__in=pks))
    return {pk for pair in either.values_list("first", "second") for pk in pair}


def _by_phone(parties: Mapping[int, Party], common: set) -> set[int]:
    numbers = {number for each in parties.values() for number in each.face.phones}
    rows = _callable().filter(number__in=numbers).values_list("number", "clinic")
    return _few(rows, MOST_OF_ONE_PHONE, common)


def _by_identifier(parties: Mapping[int, Party], common: set) -> set[int]:
    held = {identifier for each in parties.values() for identifier in each.identifiers}
    values = {value for _authority, value in held}
    rows = Identifier.objects.filter(value__in=values).order_by()
    found = rows.values_list("authority", "value", "clinic")
    return _few(
        ((held_by[:2], held_by[2]) for held_by in found),
        MOST_OF_ONE_IDENTIFIER,
        common,
    )


def _few(rows: Iterable[tuple], most: int, common: set) -> set[int]:
    """Who shares what few share; what many share is added to `common`."""
    sharing: defaultdict = defaultdict(set)
    for shared, pk in rows:
        sharing[shared].add(pk)
    common |= {shared for shared, pks in sharing.items() if len(pks) > most}
    return {pk for shared, pks in sharing.items() if shared not in common for pk in pks}


# --- All clinics -------------------------------------------------------------------


def refresh_all_pairs() -> int:
    """Compare all clinics that may be one; returns how many pairs wait for a person."""
    common: set = set()
    candidates = _near_pairs() | _at_one_door()
    candidates |= _sharing(_numbers(), MOST_OF_ONE_PHONE, common)
    candidates |= _sharing(_identifiers(), MOST_OF_ONE_IDENTIFIER, common)
    found = {}
    ordered = sorted(candidates)
    for first in range(0, len(ordered), PAIRS_AT_ONCE):
        some = ordered[first : first + PAIRS_AT_ONCE]
        parties = _parties({pk for pair in some for pk in pair})
        for pair in some:
            one, other = parties.get(pair[0]), parties.get(pair[1])
            if not one or not other or not is_worth_asking(one, other):
                continue
            if (alike := compare(one, other, common)).reasons:
                found[pair] = alike
    _keep(found, PossibleDuplicate.objects.all())
    return len(found)


def _numbers() -> Iterator[tuple]:
    rows = _callable().order_by("number", "clinic_id")
    return rows.values_list("number", "clinic").distinct().iterator()


def _identifiers() -> Iterator[tuple]:
    rows = Identifier.objects.order_by("authority", "value", "clinic_id")
    found = rows.values_list("authority", "value", "clinic").distinct()
    return ((row[:2], row[2]) for row in found.iterator())


def _sharing(rows: Iterable[tuple], most: int, common: set) -> set[Pair]:
    """Pairs of clinics that share one of `rows`, sorted by what is shared."""
    pairs: set[Pair] = set()
    for shared, group in groupby(rows, itemgetter(0)):
        pks = sorted(pk for _shared, pk in group)
        if len(pks) > most:
            common.add(shared)
        else:
            pairs |= set(combinations(pks, 2))
    return pairs


def _at_one_door() -> set[Pair]:
    doors: defaultdict[tuple, list[int]] = defaultdict(list)
    rows = _live().exclude(street="").exclude(postal_code="").order_by("pk")
    for pk, street, code in rows.values_list("pk", "street", "postal_code").iterator():
        doors[_door(street, code)].append(pk)
    return {pair for pks in doors.values() for pair in combinations(pks, 2)}


def _near_pairs() -> set[Pair]:
    rows = _live().filter(point_precision__in=EXACT).order_by()
    points = np.fromiter(
        rows.values_list("pk", "latitude", "longitude").iterator(),
        np.dtype([("pk", "i8"), ("latitude", "f8"), ("longitude", "f8")]),
    )
    one, other = near(points["latitude"], points["longitude"])
    pks = np.column_stack([points["pk"][one], points["pk"][other]])
    pks.sort(axis=1)
    return set(map(tuple, pks.tolist()))


def near(latitudes: np.ndarray, longitudes: np.ndarray) -> tuple[np.ndarray, ...]:
    """The positions of all pairs of points at most `NEAR_KM` apart, each pair once.

    Degrees. The time grows with how many points lie on one parallel.
    """
    order = np.argsort(latitudes, kind="stable")
    vectors = _vectors(latitudes[order], longitudes[order])
    # Neighbours by latitude differ in z by the angle at most, or by less near a pole.
    angle = (NEAR_KM + 1e-6) / EARTH_KM
    chord_2 = (2 * np.sin(angle / 2)) ** 2
    radians = np.radians(latitudes[order])
    firsts, seconds = [np.array([], int)], [np.array([], int)]
    for apart in range(1, len(order)):
        start = np.flatnonzero(radians[apart:] - radians[:-apart] <= angle)
        if not len(start):
            break
        between = vectors[start + apart] - vectors[start]
        found = start[(between**2).sum(axis=1) <= chord_2]
        firsts.append(order[found])
        seconds.append(order[found + apart])
    return np.concatenate(firsts), np.concatenate(seconds)


def _vectors(latitudes: np.ndarray, longitudes: np.ndarray) -> np.ndarray:
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    return np.column_stack(
        [np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)]
    )


# --- Writing -----------------------------------------------------------------------


@transaction.atomic
def _keep(found: Mapping[Pair, Likeness], held: QuerySet[PossibleDuplicate]) -> None:
    """Make `held` pairs those that were `found`, but for what people have decided."""
    rows = {(row.first_id, row.second_id): row for row in held.iterator()}
    gone, changed = [], []
    for pair, row in rows.items():
        if row.state != PossibleDuplicate.State.OPEN:
            continue
        alike = found.get(pair)
        if alike is None:
            gone.append(row.pk)
        elif (row.reasons, row.likeness) != ([*alike.reasons], alike.score):
            row.reasons, row.likeness = [*alike.reasons], alike.score
            changed.append(row)
    for first in range(0, len(gone), PAIRS_AT_ONCE):
        some = gone[first : first + PAIRS_AT_ONCE]
        PossibleDuplicate.objects.filter(pk__in=some).delete()
    PossibleDuplicate.objects.bulk_update(
        changed, ["reasons", "likeness"], batch_size=500
    )
    now = timezone.now()
    PossibleDuplicate.objects.bulk_create(
        (
            PossibleDuplicate(
                first_id=pair[0],
                second_id=pair[1],
                reasons=[*alike.reasons],
                likeness=alike.score,
                found_at=now,
            )
            for pair, alike in found.items()
            if pair not in rows
        ),
        batch_size=500,
        ignore_conflicts=True,
    )
