"""What a visitor asks and what a search answers, as plain values.

Catalogue choices travel as masks: a Python int with the `bit` of every chosen entry
set, 0 for "not asked".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, IntFlag, StrEnum

from ..geo import Point, km_from_miles

STEPS_KM_BY_UNIT: Mapping[str, tuple[float, ...]] = {
    "mi": tuple(map(km_from_miles, (25, 50, 100, 200, 400))),
    "km": (40, 80, 160, 320, 640),
}


class Visit(StrEnum):
    ANY = "any"
    REMOTE = "remote"
    IN_PERSON = "in-person"


class Category(StrEnum):
    """A question about the kind of service; "telehealth" asks for every type."""

    ANY = ""
    TELEMEDICINE = "telemedicine"
    TELEHEALTH = "telehealth"
    TELEHEALTH_ONLY = "telehealth-only"


class Sort(StrEnum):
    BEST = "best"
    DISTANCE = "distance"
    VERIFIED = "verified"
    NAME = "name"


class Contact(IntEnum):
    """Bits of the ways to reach a clinic."""

    PHONE = 0
    EMAIL = 1
    TEXT = 2


class Fact(IntEnum):
    """A three-valued fact as search entries hold it."""

    UNKNOWN = 0
    NO = 1
    YES = 2


class Basis(IntEnum):
    """Why a coverage door is there, as far as a search tells bases apart."""

    NONE = 0
    STATED = 1
    ASSUMED = 2
    UNKNOWN = 3


class Trait(IntFlag):
    """What search entries repeat of a service's type and of its eligibility.

    `RESTRICTED` is stated to be open to some people only; silence is not. `BESIDE_CARE`
    says that the service's clinic has one that is care, be it this one or another.
    """

    CARE = 1
    TELEMEDICINE = 2
    FOR_PATIENTS = 4
    RESTRICTED = 8
    BESIDE_CARE = 16


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The packed region of what needs no coverage.
EVERYWHERE = 0

_REGION_SIGNS = " -0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_REGION = len("GB-ENG")
_SUBDIVISION_CODES = len(_REGION_SIGNS) ** (_LONGEST_REGION - len("GB"))


def pack_region(code: str) -> int:
    """An ISO 3166 code as an int, 0 for ""; a country comes just before its parts."""
    packed = 0
    for sign in code.ljust(_LONGEST_REGION):
        packed = packed * len(_REGION_SIGNS) + _REGION_SIGNS.index(sign)
    return packed


def unpack_region(packed: int) -> str:
    """The ISO 3166 code that `pack_region` made `packed` of."""
    signs = []
    while packed:
        packed, sign = divmod(packed, len(_REGION_SIGNS))
        signs.append(_REGION_SIGNS[sign])
    return "".join(reversed(signs)).rstrip()


def packed_span(code: str) -> tuple[int, int]:
    """The least and the greatest packed code of what lies in `code`, itself included.

    That is the country and its subdivisions, or the one subdivision.
    """
    first = pack_region(code)
    return first, first + (_SUBDIVISION_CODES - 1 if len(code) == 2 else 0)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a visitor asked, cleaned. Plain values: no model, no request.

    `point` is where distances start. `region` is where the patient will be, by its ISO
    code ("" where nobody said). `is_area` says that a region was named instead of a
    point: in-person clinics are then those whose address lies in it. `also` are further
    regions where the patient will be: remote care must be allowed in each of them.
    `among` are the ids of the only clinics that are looked at, () for all.
    """

    now: datetime
    point: Point | None = None
    region: str = ""
    is_area: bool = False
    also: tuple[str, ...] = ()
    within_km: float | None = None
    unit: str = "mi"
    visit: Visit = Visit.ANY
    category: Category = Category.ANY
    types: int = 0
    specialties: int = 0
    modalities: int = 0
    languages: int = 0
    payments: int = 0
    ages: int = 0
    eligibility: int = 0
    accessibility: int = 0
    contacts: int = 0
    accepting: bool = False
    open_now: bool = False
    with_unstated: bool = False
    words: tuple[str, ...] = ()
    sort: Sort = Sort.BEST
    among: tuple[int, ...] = ()
    page: int = 1
    page_size: int = 20

    @property
    def country(self) -> str:
        return self.region[:2]

    @property
    def origin(self) -> Point | None:
        """Where distances start; None where an area was named or nothing at all."""
        return None if self.is_area else self.point

    @property
    def has_place(self) -> bool:
        """Whether anything was said of where the patient is."""
        return self.origin is not None or bool(self.region)

    @property
    def is_by_area(self) -> bool:
        """Whether in-person clinics are those with an address in `region`."""
        return self.origin is None and bool(self.region)

    @property
    def asked_km(self) -> float | None:
        """`within_km` where it can have an effect, else None."""
        if self.origin is None or self.visit is Visit.REMOTE:
            return None
        return self.within_km

    @property
    def is_widening(self) -> bool:
        """Whether the search itself chooses the radius of its in-person half."""
        if self.origin is None or self.visit is Visit.REMOTE:
            return False
        return self.within_km is None

    @property
    def last(self) -> int:
        """How many clinics stand on its page and before."""
        return self.page * self.page_size

    @property
    def steps_km(self) -> tuple[float, ...]:
        """The radii that a search without `within` tries, nearest first."""
        return STEPS_KM_BY_UNIT[self.unit]


@dataclass(frozen=True, slots=True)
class ServiceHit:
    """A service through which a clinic matches, as its search entries say it.

    Masks and facts are the entry's. `basis` and `region` are those of the coverage
    door that the remote match came by; of several regions where the patient will be,
    those of the one that rests on the weakest basis.
    """

    service_id: int
    is_remote: bool
    is_in_person: bool
    is_unstated: bool
    is_other_telehealth: bool
    basis: Basis
    region: str
    remote: Fact
    in_person: Fact
    accepting: Fact
    types: int
    specialties: int
    modalities: int
    languages: int
    payments: int
    ages: int
    eligibility: int
    accessibility: int = 0
    contacts: int = 0


@dataclass(frozen=True, slots=True)
class ClinicHit:
    """One clinic of a page of results: how far, by which ways, through which services.

    `services` holds the matching ones, the one that ranks the clinic first.
    """

    clinic_id: int
    km: float | None
    is_remote: bool
    is_in_person: bool
    services: tuple[ServiceHit, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What `find` answers: one page of clinics, and what was left out and why.

    Counts are clinics. `used_km` is the radius that the in-person half used: the asked
    one, the step that filled the page, or None for the whole world. `counts` says for
    each option of a parameter how many clinics it alone would give (rule 14); it is
    empty where nobody asked for counts. Its options are bits of catalogues, and for
    `visit`, `category`, `accepting` and `open` the values of the parameter.
    """

    query: SearchQuery | None
    total: int = 0
    hits: tuple[ClinicHit, ...] = ()
    used_km: float | None = None
    more_remote_beyond: int = 0
    more_other_telehealth: int = 0
    left_out_unstated: int = 0
    more_in_subdivisions: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, Mapping[int | str, int]] = field(default_factory=dict)

    @classmethod
    def none(cls) -> "SearchResults":
        """The answer to a question that cannot be asked: nothing, not everything."""
        return cls(query=None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why nothing answers a query, and what would. Counts are clinics.

    `removed` says for each parameter that was answered how many match with that answer
    alone dropped; `silent` how many more would match if silence on one alone counted as
    an answer, under `visit` that on how and where a visit can be.

    The rest sets `within` aside. `remote_anywhere` are clinics that meet the answers
    and treat remotely, wherever; `remote_here` those where the patient will be, and
    `remote_in_region` those that treat there, whatever was asked of a service.
    `in_person_near` are those that can be visited, whatever the modality, and the first
    step of the radius in km that holds any. `nearest` match without the answer
    `nearest_without`, the one that removes most.
    """

    removed: Mapping[str, int] = field(default_factory=dict)
    silent: Mapping[str, int] = field(default_factory=dict)
    remote_anywhere: int = 0
    remote_here: int = 0
    remote_in_region: int = 0
    in_person_near: tuple[int, float] | None = None
    nearest: tuple[ClinicHit, ...] = ()
    nearest_without: str = ""
