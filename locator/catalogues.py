"""The closed lists, regions and helplines, kept in memory until they change."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, Self, TypeVar

from django.http import HttpRequest

from .models import (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Catalogue,
    CrisisPhrase,
    DataVersion,
    Eligibility,
    GroupServed,
    Helpline,
    Kept,
    Language,
    Modality,
    OfficialFinder,
    PaymentOption,
    Region,
    ServiceType,
    Specialty,
    Versioned,
)
from .models.region import country_of
from .text import fold, spell, told_apart

Entry = TypeVar("Entry", bound=Catalogue)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Choices(Generic[Entry]):
    """One catalogue. `entries` leaves out the retired, `by_code` holds them too."""

    entries: tuple[Entry, ...]
    by_code: Mapping[str, Entry]

    @classmethod
    def read(cls, model: type[Entry]) -> Self:
        """The catalogue as the database has it now, in its own order."""
        found = list(model.objects.all())
        return cls(
            entries=tuple(entry for entry in found if not entry.is_retired),
            by_code=MappingProxyType({entry.code: entry for entry in found}),
        )

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def mask(self, codes: Iterable[str]) -> int:
        """The bits of `codes`; KeyError for one that is not in the catalogue."""
        bits = 0
        for code in codes:
            bits |= 1 << self.by_code[code].bit
        return bits

    def of(self, mask: int) -> list[Entry]:
        """The entries whose bits `mask` has, retired ones included, in order."""
        return [entry for entry in self.by_code.values() if mask >> entry.bit & 1]

    def labels(self, mask: int) -> list[str]:
        """The names of the entries of `mask` in the page's language, in order."""
        return [entry.label() for entry in self.of(mask)]


@dataclass(frozen=True, slots=True)
class Catalogues:
    """Everything that visitors choose from or are told, at one moment.

    Shared by all requests of a process: nobody writes to its entries.
    """

    service_types: Choices[ServiceType]
    specialties: Choices[Specialty]
    modalities: Choices[Modality]
    languages: Choices[Language]
    payments: Choices[PaymentOption]
    eligibilities: Choices[Eligibility]
    age_groups: Choices[AgeGroup]
    accessibility: Choices[AccessibilityFeature]
    groups: Choices[GroupServed]
    settings: Choices[CareSetting]
    regions: Mapping[str, Region]
    care_mask: int
    _helplines: Mapping[str, list[Helpline]]
    _finders: Mapping[str, list[OfficialFinder]]
    _crisis_phrases: tuple[str, ...]
    _made: dict[Hashable, object] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls) -> Self:
        """The catalogues as the database has them now."""
        types = Choices.read(ServiceType)
        return cls(
            service_types=types,
            specialties=Choices.read(Specialty),
            modalities=Choices.read(Modality),
            languages=Choices.read(Language),
            payments=Choices.read(PaymentOption),
            eligibilities=Choices.read(Eligibility),
            age_groups=Choices.read(AgeGroup),
            accessibility=Choices.read(AccessibilityFeature),
            groups=Choices.read(GroupServed),
            settings=Choices.read(CareSetting),
            regions=MappingProxyType(
                {each.code: each for each in Region.objects.all()}
            ),
            care_mask=_mask(each for each in types.by_code.values() if each.is_care),
            _helplines=_by_country(Helpline.objects.prefetch_related("languages")),
            _finders=_by_country(OfficialFinder.objects.all()),
            _crisis_phrases=tuple(
                f" {told} "
                for phrase in CrisisPhrase.objects.values_list("phrase", flat=True)
                if (told := told_apart(phrase))
            ),
        )

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for as long as these catalogues stand.

        It must hang on nothing but the key and the catalogues; keys must be few. What
        is made is shared by all threads.
        """
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def region_label(self, code: str) -> str:
        """The region's name in the page's language, or `code` for an unknown one."""
        region = self.regions.get(code)
        return region.label() if region else code

    def region_phrase(self, code: str) -> str:
        """As `region_label`, as it stands inside a sentence: "the United States"."""
        region = self.regions.get(code)
        return region.phrase() if region else code

    def subdivisions(self, country: str) -> list[Region]:
        """The first-level subdivisions of `country`, by their names in English."""
        return [each for each in self.regions.values() if each.parent_id == country]

    def helplines(self, region: str) -> list[Helpline]:
        """Those of the country of ISO code `region`: never another country's."""
        return self._helplines.get(country_of(region), [])

    def finders(self, region: str) -> list[OfficialFinder]:
        """Finders of care by the authorities of the country of `region`."""
        return self._finders.get(country_of(region), [])

    def has_crisis_words(self, *texts: str) -> bool:
        """Whether a visitor's `texts` hold crisis words, as whole words."""
        heard = "".join(f" {fold(text)}  {spell(text)} " for text in texts)
        return any(phrase in heard for phrase in self._crisis_phrases)


def _mask(entries: Iterable[Catalogue]) -> int:
    return sum(1 << entry.bit for entry in entries)


def _by_country(rows: Iterable) -> Mapping[str, list]:
    grouped: dict[str, list] = {}
    for row in rows:
        grouped.setdefault(row.country_id, []).append(row)
    return grouped


_KEPT = Kept(Catalogues.read)


def current() -> Catalogues:
    """The catalogues now. One query, unless they changed since they were read."""
    return _KEPT.at(DataVersion.token_of(Versioned.CATALOGUES))


def of(request: HttpRequest) -> Catalogues:
    """The catalogues for all of `request`, asked for once."""
    if not hasattr(request, "_catalogues"):
        token = DataVersion.of(request).get(Versioned.CATALOGUES)
        request._catalogues = _KEPT.at(token)
    return request._catalogues
