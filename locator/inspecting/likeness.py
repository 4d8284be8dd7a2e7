"""How like two clinics are: by phone, name, door and identifier. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from ..alike import (
    LIKE_ENOUGH_TO_ASK,
    Face,
    is_at_one_address,
    name_likeness,
    name_words,
)
from ..geo import Point, distance_km

NEAR_KM = 0.2


@dataclass(frozen=True, slots=True)
class Party:
    """A clinic as far as it is compared with others; no fax among the phones."""

    pk: int
    face: Face
    names: tuple[str, ...]
    point: Point | None
    identifiers: frozenset[tuple[str, str]]
    layouts: frozenset[str]
    is_sample: bool
    is_public: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two clinics may be one; `score` from 0 to 1.

    `km` lies between their points, where both are exact. `is_listed_twice` says that
    one source lists both.
    """

    reasons: tuple[str, ...]
    score: float
    phones: frozenset[str]
    identifiers: frozenset[tuple[str, str]]
    km: float | None
    is_one_address: bool
    may_have_moved: bool
    is_listed_twice: bool


def compare(one: Party, other: Party, common: Collection = frozenset()) -> Likeness:
    """What two clinics have in common; without reasons where that is too little.

    `common` are phones and identifiers that too many clinics share to tell anything.
    """
    km = distance_km(one.point, other.point) if one.point and other.point else None
    is_one_address = is_at_one_address(one.face, other.face)
    is_near = is_one_address or (km is not None and km <= NEAR_KM)
    phones = (one.face.phones & other.face.phones) - {*common}
    identifiers = (one.identifiers & other.identifiers) - {*common}
    is_listed_twice = bool(one.layouts & other.layouts)
    likeness, is_same_name = _likest(one, other)
    is_like = likeness >= LIKE_ENOUGH_TO_ASK
    # One list names the sites of an organization one by one; in two lists a clinic
    # that moved stands once at each address.
    may_have_moved = is_like and not is_listed_twice and _is_one_town(one, other)
    said = {
        "identifier": bool(identifiers),
        "phone": bool(phones) and (is_near or may_have_moved),
        "name-and-place": is_like and is_near,
    }
    weight = (
        0.4 * likeness / 100
        + 0.1 * is_same_name
        + 0.15 * is_near
        + 0.1 * is_one_address
        + 0.25 * bool(phones)
    )
    if identifiers:
        weight = max(weight, 0.5) + 0.25
    score = min(weight, 1.0) * (0.8 if is_listed_twice else 1.0)
    return Likeness(
        tuple(code for code, holds in said.items() if holds),
        round(score, 3),
        phones,
        identifiers,
        km,
        is_one_address,
        may_have_moved and not is_near,
        is_listed_twice,
    )


def _likest(one: Party, other: Party) -> tuple[float, bool]:
    """How like the likest of their names are, up to 100, and whether they are equal."""
    names = [(a, b) for a in one.names for b in other.names]
    equal = any(name_words(a) == name_words(b) != () for a, b in names)
    return (100.0 if equal else max(name_likeness(a, b) for a, b in names)), equal


def _is_one_town(one: Party, other: Party) -> bool:
    ours, theirs = one.face, other.face
    if ours.postcode and ours.postcode == theirs.postcode:
        return True
    return bool(ours.city) and (ours.city.casefold(), ours.region) == (
        theirs.city.casefold(),
        theirs.region,
    )


def is_worth_asking(one: Party, other: Party) -> bool:
    """Whether anybody gains from knowing that these are one: some patient sees one."""
    return one.is_sample == other.is_sample and (one.is_public or other.is_public)
