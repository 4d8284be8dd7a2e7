"""How far a listing and a clinic are the same, by what both say of themselves. Pure.

A wrong answer sends a patient to a wrong door, so only address and name together make
a link; less than that is for a person.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz import fuzz

from .text import fold

# Of names at one address that share a phone: of the Texas file beside the national
# one, all pairs from 90 up are one clinic; at 87 stand two programmes of one centre.
LIKE = 90
# Of a name that no phone bears out, its other words may tell two programmes apart.
LIKE_AS_A_WHOLE = 88
# Of names that a phone bears out at another address of the town: for a person.
LIKE_ENOUGH_TO_ASK = 85

_STREET_WORDS = {
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "road": "rd",
    "boulevard": "blvd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "place": "pl",
    "parkway": "pkwy",
    "highway": "hwy",
    "circle": "cir",
    "freeway": "fwy",
    "expressway": "expy",
    "terrace": "ter",
    "trail": "trl",
    "square": "sq",
    "plaza": "plz",
    "route": "rte",
    "saint": "st",
    "fort": "ft",
    "mount": "mt",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
}
# From here on a street says where within the house.
_WITHIN = frozenset(
    {"suite", "ste", "unit", "apt", "apartment", "floor", "fl", "room", "rm"}
    | {"building", "bldg", "wing"}
)
_NAME_WORDS = {
    "ctr": "center",
    "centre": "center",
    "ctrs": "centers",
    "svc": "service",
    "svcs": "services",
    "srvs": "services",
    "behav": "behavioral",
    "behavioural": "behavioral",
    "comm": "community",
    "hlth": "health",
    "hlthcare": "healthcare",
    "hosp": "hospital",
    "fam": "family",
    "dept": "department",
    "ntwk": "network",
    "saint": "st",
}
_EMPTY_NAME_WORDS = frozenset({"inc", "llc", "lp", "llp", "pc", "pllc", "ltd", "corp"})
_JOINING = frozenset({"the", "of", "and", "for", "at", "in", "a", "dba"})
# Words that hundreds of clinics have tell none from another.
_COMMON = frozenset(
    {"addiction", "behavioral", "care", "center", "centers", "clinic", "clinics"}
    | {"community", "counseling", "county", "department", "facility", "family", "group"}
    | {"health", "healthcare", "hospital", "hospitals", "inpatient", "institute"}
    | {"medical", "mental", "office", "outpatient", "program", "programs"}
    | {"psychiatric", "recovery", "region", "regional", "rehabilitation"}
    | {"residential", "service", "services", "substance", "system", "therapy"}
    | {"treatment", "unit", "wellness"}
)


class Grade(IntEnum):
    """What the likeness of a listing and a clinic is good for."""

    NONE = 0
    ASK = 1
    LIKE = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Face:
    """What a listing and a clinic are compared by; `phones` in E.164, no fax."""

    name: str
    street: str
    city: str
    region: str
    postcode: str
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """How like two faces are. `reasons` are codes, those that speak against last."""

    grade: Grade
    reasons: tuple[str, ...] = ()
    likeness: float = 0.0


NOTHING = Evidence(Grade.NONE)


def compare(one: Face, other: Face) -> Evidence:
    """What speaks for, and against, `one` and `other` being one clinic."""
    has_phone = bool(one.phones & other.phones)
    has_other_phone = bool(one.phones and other.phones and not has_phone)
    is_exact, is_near = _is_same_street(one, other)
    is_in_zip = _zip(one.postcode) == _zip(other.postcode) != ""
    is_in_town = is_in_zip or _town(one) == _town(other) != ("", "")
    if not (is_near or has_phone) or not is_in_town:
        return NOTHING
    is_equal = name_words(one.name) == name_words(other.name) != ()
    likeness = 100.0 if is_equal else name_likeness(one.name, other.name)
    grade = _grade(
        is_equal=is_equal,
        likeness=likeness,
        is_exact=is_exact and is_in_zip,
        is_near=is_near and is_in_zip,
        is_on_street=is_near,
        has_phone=has_phone,
        has_other_phone=has_other_phone,
        is_like_as_a_whole=_whole_likeness(one.name, other.name) >= LIKE_AS_A_WHOLE,
    )
    if grade is Grade.NONE:
        return NOTHING
    said = {
        "address": is_near,
        "name": likeness >= LIKE_ENOUGH_TO_ASK,
        "phone": has_phone,
        "other-address": not is_near,
        "other-name": likeness < LIKE_ENOUGH_TO_ASK,
        "other-phone": has_other_phone,
    }
    score = (likeness + 40 * is_exact + 30 * is_near + 30 * has_phone) / 200
    reasons = tuple(code for code, holds in said.items() if holds)
    return Evidence(grade, reasons, round(score, 3))


def is_like_by_name(one: Face, other: Face) -> bool:
    return name_likeness(one.name, other.name) >= LIKE


def is_at_one_address(one: Face, other: Face) -> bool:
    """Whether the streets and the postcodes are equal, suites aside."""
    is_exact, _ = _is_same_street(one, other)
    return is_exact and _zip(one.postcode) == _zip(other.postcode) != ""


def _grade(
    *,
    is_equal: bool,
    likeness: float,
    is_exact: bool,
    is_near: bool,
    is_on_street: bool,
    has_phone: bool,
    has_other_phone: bool,
    is_like_as_a_whole: bool,
) -> Grade:
    if is_equal and (is_exact or (is_near and has_phone)):
        return Grade.SAME
    is_like = likeness >= LIKE
    if is_near and is_like and has_phone:
        return Grade.LIKE
    if is_exact and is_like and is_like_as_a_whole and not has_other_phone:
        return Grade.LIKE
    may_be = (
        is_on_street and has_phone,
        is_near and is_like,
        has_phone and likeness >= LIKE_ENOUGH_TO_ASK,
    )
    return Grade.ASK if any(may_be) else Grade.NONE


# --- Names -------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def name_words(name: str) -> tuple[str, ...]:
    """The words of `name` that tell it from others, short forms spelled out, sorted."""
    folded = [_NAME_WORDS.get(word, word) for word in fold(name).split()]
    kept = [w for w in folded if w not in _EMPTY_NAME_WORDS and w not in _JOINING]
    return tuple(sorted(kept or folded))


def name_likeness(one: str, other: str) -> float:
    """How like two names are, from 0 to 100; 100 too where one holds all of the other.

    A name of common words alone ("Counseling Center") is held by no other.
    """
    ours, theirs = name_words(one), name_words(other)
    if not ours or not theirs:
        return 0.0
    if _COMMON.issuperset(ours) or _COMMON.issuperset(theirs):
        return _whole_likeness(one, other)
    return fuzz.token_set_ratio(" ".join(ours), " ".join(theirs))


def _whole_likeness(one: str, other: str) -> float:
    """How like two names are with every word that only one of them has."""
    return fuzz.ratio(" ".join(name_words(one)), " ".join(name_words(other)))


# --- Places ------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def street_words(street: str) -> tuple[str, ...]:
    """A street as words: short forms, no suite; its house number first.

    Directions and kinds of street may stand in any order: "Avenue K" is "K Avenue".
    """
    words = [_STREET_WORDS.get(word, word) for word in fold(street).split()]
    inside = next((n for n, w in enumerate(words) if n > 1 and w in _WITHIN), None)
    words = words[:inside]
    return (*words[:1], *sorted(words[1:]))


def _is_same_street(one: Face, other: Face) -> tuple[bool, bool]:
    """Whether the streets are equal, and whether at least as far as both say."""
    ours, theirs = street_words(one.street), street_words(other.street)
    has_both = len(ours) > 1 and len(theirs) > 1 and ours[0] == theirs[0]
    if not has_both or not _has_number(ours[0]):
        is_equal = ours == theirs and len(ours) > 1
        return is_equal, is_equal
    mine, its = set(ours[1:]), set(theirs[1:])
    return ours == theirs, mine <= its or its <= mine


def _has_number(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def _zip(postcode: str) -> str:
    """A postcode without its spaces, of a US ZIP the first five digits."""
    folded = fold(postcode).replace(" ", "")
    return folded[:5] if re.fullmatch(r"\d{9}", folded) else folded


def _town(face: Face) -> tuple[str, str]:
    return (fold(face.city), face.region) if face.city else ("", "")


def faces_reached_by(faces: Iterable[Face]) -> tuple[set[str], set[str]]:
    """The postcodes and the phones by which clinics like `faces` can be found."""
    postcodes, phones = set(), set()
    for face in faces:
        postcodes |= {face.postcode, _zip(face.postcode)} - {""}
        phones |= face.phones
    return postcodes, phones
