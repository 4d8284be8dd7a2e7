"""The clinics that we hold which listings may be about, as far as they are compared.

Reads clinics, in a fixed number of queries for many listings at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from ..alike import Face, faces_reached_by
from ..facts import chunks
from ..models import Clinic, Identifier, Phone
from .sites import Site

# A number that more clinics share than this is a call centre's, and tells nothing.
MOST_OF_ONE_PHONE = 20

Identity = tuple[str, str]


def face_of(site: Site) -> Face:
    """What a site is compared by."""
    said = site.facts
    numbers = [each.number for each in said["phones"] if each.purpose != "fax"]
    return Face(
        said["name"],
        said["street"],
        said["city"],
        said["region"],
        said["postal_code"],
        frozenset(numbers),
    )


@dataclass(slots=True)
class Acquaintances:
    """Faces of clinics by id, and how they are found.

    A clinic that was merged stands under the id of the one that it became.
    """

    faces: list[tuple[int, Face]] = field(default_factory=list)
    _by_postcode: dict[str, list[int]] = field(default_factory=dict)
    _by_phone: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, faces: Collection[Face], *, is_sample: bool) -> "Acquaintances":
        """All clinics that share a postcode or a number with one of `faces`."""
        postcodes, numbers = faces_reached_by(faces)
        clinics = Clinic.objects.filter(is_sample=is_sample)
        pks: set[int] = set()
        for some in chunks(postcodes):
            pks |= set(
                clinics.filter(postal_code__in=some).values_list("pk", flat=True)
            )
        callable_at = _callable().filter(clinic__is_sample=is_sample)
        for some in chunks(numbers):
            found = callable_at.filter(number__in=some)
            pks |= set(found.values_list("clinic", flat=True))
        known = cls(list(_faces(pks)))
        known._arrange()
        return known

    def _arrange(self) -> None:
        by_postcode, by_phone = defaultdict(list), defaultdict(list)
        for position, (_, face) in enumerate(self.faces):
            by_postcode[face.postcode].append(position)
            for number in face.phones:
                by_phone[number].append(position)
        self._by_postcode, self._by_phone = dict(by_postcode), dict(by_phone)

    def near(self, face: Face) -> Iterable[tuple[int, Face]]:
        """The clinics that share a postcode or a telling number with `face`."""
        postcodes, numbers = faces_reached_by([face])
        positions = {n for code in postcodes for n in self._by_postcode.get(code, [])}
        for number in numbers:
            sharing = self._by_phone.get(number, [])
            if len(sharing) <= MOST_OF_ONE_PHONE:
                positions.update(sharing)
        return [self.faces[position] for position in sorted(positions)]


def faces(clinics: Iterable[int]) -> dict[int, Face]:
    """The faces of `clinics` by their ids."""
    return dict(_faces(clinics))


def _faces(clinics: Iterable[int]) -> Iterator[tuple[int, Face]]:
    for pks in chunks(sorted(clinics)):
        phones: dict[int, set[str]] = defaultdict(set)
        rows = _callable().filter(clinic__in=pks)
        for pk, number in rows.values_list("clinic", "number"):
            phones[pk].add(number)
        names = ("name", "street", "city", "region", "postal_code")
        rows = Clinic.objects.filter(pk__in=pks).order_by("pk")
        for pk, merged, *said in rows.values_list("pk", "merged_into", *names):
            said = [text or "" for text in said]
            yield merged or pk, Face(*said, frozenset(phones[pk]))


def _callable() -> QuerySet[Phone]:
    return Phone.objects.exclude(purpose=Phone.Purpose.FAX)


def by_identifier(
    wanted: Iterable[Identity], *, is_sample: bool
) -> Mapping[Identity, list[int]]:
    """The clinics that have each of `wanted`: (authority, value)."""
    wanted = set(wanted)
    found: dict[Identity, set[int]] = defaultdict(set)
    for values in chunks(sorted({value for _, value in wanted})):
        rows = Identifier.objects.filter(
            value__in=values,
            clinic__is_sample=is_sample,
            clinic__merged_into__isnull=True,
        )
        for authority, value, pk in rows.values_list("authority", "value", "clinic"):
            if (authority, value) in wanted:
                found[authority, value].add(pk)
    return {each: sorted(pks) for each, pks in found.items()}
