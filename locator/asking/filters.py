"""What a visitor asks: from the parameters of an address to a `SearchQuery`."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import catalogues as catalogues_module
from ..catalogues import Catalogues, Choices
from ..moment import moment
from ..places import FoundPlace
from ..search import holdings as holdings_module
from ..search.holdings import Holdings
from ..search.query import Category, SearchQuery, Sort, Visit
from ..text import words
from .asker import Asker
from .fields import (
    CountField,
    Distance,
    ExtentField,
    OneCodeField,
    SearchForm,
    ZoomField,
)
from .links import Link, Pick, SearchLinks
from .parameters import (
    MAP_VIEW,
    MOST_A_PAGE,
    PAGE_SIZE,
    Parameter,
    Parameters,
    form_class,
    known,
)
from .questions import CATALOGUE_OF, CONTACT_BITS, Answer, Question, answers
from .whereabouts import Whereabouts

# The answers that say as much as none.
DEFAULTS = {"visit": Visit.ANY, "sort": Sort.BEST}


class Outcome(StrEnum):
    """What became of a question before anything is searched."""

    READY = "ready"
    INVALID = "invalid"
    AMBIGUOUS_PLACE = "ambiguous_place"
    UNKNOWN_PLACE = "unknown_place"


class ClinicFilter(Parameters):
    """The parameters of a search, cleaned, and the `query` that they make.

    It never reads a clinic: `search.find` does. `outcome` says whether it may.
    """

    def __init__(
        self,
        data: Mapping,
        *,
        catalogues: Catalogues,
        holdings: Holdings,
        now: datetime | None = None,
    ) -> None:
        super().__init__(data)
        self.catalogues = catalogues
        self.holdings = holdings
        self.now = now or moment()
        # Those of the results, given before the form is drawn; none on a form alone.
        self.counts: Mapping[str, Mapping[int | str, int]] = {}

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """What `request` asks."""
        return cls(
            request.GET,
            catalogues=catalogues_module.of(request),
            holdings=holdings_module.of(request),
        )

    @classmethod
    def empty(cls, request: HttpRequest) -> Self:
        """Nothing asked yet, whatever `request` says."""
        return cls(
            QueryDict(),
            catalogues=catalogues_module.of(request),
            holdings=holdings_module.of(request),
        )

    def get_form_class(self) -> type[SearchForm]:
        """The form whose choices are those of the catalogues, made once for them."""
        return self.catalogues.once(("form", type(self)), self._form_class)

    def _form_class(self) -> type[SearchForm]:
        codes = {
            name: getattr(self.catalogues, kind).by_code
            for name, kind in CATALOGUE_OF.items()
        }
        regions = dict.fromkeys(("region", "also"), self.catalogues.regions)
        return form_class(type(self), {**codes, **regions})

    # --- What became of it -----------------------------------------------------------

    @cached_property
    def cleaned(self) -> dict:
        """The usable parameters: all of them only where `is_valid`."""
        super().is_valid()
        return self.form.cleaned_data

    def is_valid(self) -> bool:
        """Whether every parameter is usable, the radius in its unit included."""
        return self._is_valid

    @cached_property
    def _is_valid(self) -> bool:
        return super().is_valid() and self._radius_is_near_enough()

    def _radius_is_near_enough(self) -> bool:
        try:
            return self._within is None or self._within.km(self.where.unit) > 0
        except ValidationError as error:
            self.form.add_error("within", error)
            return False

    @cached_property
    def outcome(self) -> Outcome:
        """Whether `query` may be searched, and if not, why."""
        if not self.is_valid():
            return Outcome.INVALID
        found = self.where.found
        if found is None or found.outcome == "found":
            return Outcome.READY
        if found.outcome == "ambiguous":
            return Outcome.AMBIGUOUS_PLACE
        return Outcome.UNKNOWN_PLACE

    @property
    def is_ready(self) -> bool:
        return self.outcome is Outcome.READY

    @property
    def is_asked(self) -> bool:
        """Whether any parameter that we know is given at all."""
        asking = [name for name in self.filters if name != "clinic"]
        return any(text.strip() for name in asking for text in self._given(name))

    @property
    def has_crisis_words(self) -> bool:
        """Whether what was typed calls for the helplines. Changes nothing else."""
        typed = [text for name in ("place", "q") for text in self._given(name)]
        return self.catalogues.has_crisis_words(*typed)

    def _given(self, name: str) -> list[str]:
        given = self.form[name].value()
        return given if isinstance(given, list) else [given or ""]

    # --- The query -------------------------------------------------------------------

    @cached_property
    def where(self) -> Whereabouts:
        return Whereabouts(
            self.cleaned,
            catalogues=self.catalogues,
            home_country=settings.LOCATOR_HOME_COUNTRY,
        )

    @property
    def where_label(self) -> str:
        """The place in words, as in "near …"; "" for none."""
        where = self.where
        # Without a point a place names an area, and another may be asked for instead.
        if where.place and (where.point or not self.cleaned.get("region")):
            return where.place.name
        return _("your location") if where.point else self.region_label

    @property
    def region_label(self) -> str:
        """Where the patient will be, in words; "" where nobody can tell."""
        region = self.where.region
        return self.catalogues.region_label(region) if region else ""

    @property
    def also_regions(self) -> tuple[str, ...]:
        """Further regions where the patient will be, by ISO code."""
        asked = self.cleaned.get("also", ())
        return tuple(code for code in asked if code != self.where.region)

    @property
    def also_labels(self) -> list[str]:
        return [self.catalogues.region_label(code) for code in self.also_regions]

    @property
    def _within(self) -> Distance | None:
        return self.cleaned.get("within")

    @property
    def is_remote_alone(self) -> bool:
        return self.cleaned.get("visit") == Visit.REMOTE

    @property
    def ignores_within(self) -> bool:
        """A radius narrows nothing without a point, nor where no one travels."""
        is_used = self.where.point is not None and not self.is_remote_alone
        return self._within is not None and not is_used

    @property
    def ignores_sort(self) -> bool:
        """Nothing is nearest without a point."""
        return self.cleaned.get("sort") == Sort.DISTANCE and self.where.point is None

    @property
    def page_size(self) -> int:
        return PAGE_SIZE

    @cached_property
    def query(self) -> SearchQuery:
        """What `search.find` is to answer. Only where `is_ready`."""
        cleaned, where = self.cleaned, self.where
        has_radius = self._within is not None and where.point is not None
        return SearchQuery(
            now=self.now,
            point=where.point,
            region=where.region,
            is_area=where.is_area,
            also=self.also_regions,
            # Kept beside remote visits, for who asks in person as well: links keep it.
            within_km=self._within.km(where.unit) if has_radius else None,
            unit=where.unit,
            visit=Visit(cleaned["visit"] or Visit.ANY),
            category=self._category,
            types=self.mask("type"),
            specialties=self.mask("specialty"),
            modalities=self.mask("modality"),
            languages=self.mask("language"),
            payments=self.mask("payment"),
            ages=self.mask("age"),
            eligibility=self.mask("eligibility"),
            accessibility=self.mask("accessibility"),
            contacts=sum(1 << CONTACT_BITS[code] for code in cleaned["contact"]),
            accepting=bool(cleaned["accepting"]),
            open_now=bool(cleaned["open"]),
            with_unstated=bool(cleaned["unstated"]),
            words=words(cleaned["q"]),
            sort=Sort.BEST if self.ignores_sort else Sort(cleaned["sort"] or "best"),
            page=cleaned["page"],
            page_size=self.page_size,
        )

    def mask(self, name: str) -> int:
        """The bits of the entries that the parameter `name` asks for."""
        catalogue: Choices = getattr(self.catalogues, CATALOGUE_OF[name])
        return catalogue.mask(self.cleaned[name])

    @property
    def _category(self) -> Category:
        """One question of several: "telehealth" holds the other two."""
        asked = self.cleaned.get("category", ())
        if not asked or "any" in asked:
            return Category.ANY
        return Category(asked[0]) if len(asked) == 1 else Category.TELEHEALTH

    # --- Drawing it ------------------------------------------------------------------

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The form by parameter; see `Question`."""
        self.is_valid()
        return Asker(
            form=self.form,
            catalogues=self.catalogues,
            stated=self.holdings.stated,
            counts=self.counts,
            country=self.where.country or settings.LOCATOR_HOME_COUNTRY,
            unit=self.where.unit,
        ).questions()

    @cached_property
    def errors_list(self) -> list[tuple[Question, str]]:
        """Every error beside the question that it is about."""
        return [
            (question, error)
            for question in self.questions.values()
            for error in question.errors
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Parameters that no question shows, for hidden inputs."""
        params, names = self.links.params, ("lat", "lon", "unit", "sort")
        chosen = [("clinic", slug) for slug in self.compared]
        return [(name, params[name][0]) for name in names if name in params] + chosen

    @property
    def compared(self) -> tuple[str, ...]:
        """Slugs of clinics chosen to compare: they ask nothing, and travel along."""
        return self.cleaned.get("clinic", ())

    @cached_property
    def links(self) -> SearchLinks:
        """Ways to other searches, from the usable parameters of this one."""
        return SearchLinks(
            {name: values for name in self.filters if (values := self._values(name))}
        )

    def _values(self, name: str) -> tuple[str, ...]:
        """`name` as links carry it: cleaned, without what changes nothing."""
        value = self.cleaned.get(name)
        changes_nothing = value in (None, "", ()) or value == DEFAULTS.get(name)
        if changes_nothing or name == "page":
            return ()
        if name in ("lat", "lon"):
            return (f"{value:g}",) if self.where.uses_position else ()
        if name == "within":
            return (f"{value.number:g}{value.unit or self.where.unit}",)
        if name == "category":
            return (self._category.value,) if self._category else ()
        return value if isinstance(value, tuple) else (value,)

    @cached_property
    def chosen(self) -> list[Answer]:
        """The answers that narrow the search, each with the search without it."""
        return answers(self.links, self.questions)

    @property
    def search_url(self) -> str:
        return self.links.url()

    @property
    def clear_url(self) -> str:
        """The same place, and nothing else asked."""
        return self.links.only("place", "lat", "lon", "region", "unit")

    @property
    def points_url(self) -> str:
        """All that answers this search, for the map."""
        return self.links.url("clinic_geojson", clinic=None, view=MAP_VIEW)

    @property
    def place_links(self) -> list[Pick]:
        """The places to pick from, or the others of that name, with their country."""
        others = self.where.found.others if self.where.found else ()
        return [
            Pick(each.name, self.links.url(place=each.query), self._country_of(each))
            for each in others
        ]

    def _country_of(self, place: FoundPlace) -> str:
        """The country in words; "" where the name of `place` ends with it."""
        label = self.catalogues.region_label(place.country)
        return "" if label in place.name else label

    @property
    def place_hint(self) -> str:
        """What to write instead of a postcode of a country of which we hold none."""
        country = self.where.found.unheld_postcodes_of if self.where.found else ""
        if not country:
            return ""
        label = self.catalogues.region_label(country)
        return _("%(country)s: we hold no postcodes yet. Write a town instead.") % {
            "country": label
        }

    @property
    def spellings(self) -> list[Link]:
        """Places that are written almost like the one that we do not know."""
        found = self.where.found.suggestions if self.where.found else ()
        return [Link(each, self.links.url(place=each)) for each in found]


class FeatureFilter(ClinicFilter):
    """A search by a machine: it may say how many clinics it takes at a time.

    Or that it is a map: then it takes all, in one part of the map if it names that.
    """

    limit = Parameter(
        CountField,
        gettext_lazy("Clinics a page"),
        empty=PAGE_SIZE,
        most=MOST_A_PAGE,
        is_capped=False,
    )
    view = Parameter(
        OneCodeField, gettext_lazy("Answered for"), choices=known([MAP_VIEW])
    )
    bbox = Parameter(ExtentField, gettext_lazy("Part of the map"))
    zoom = Parameter(ZoomField, gettext_lazy("Zoom of the map"))

    @property
    def is_map(self) -> bool:
        return self.cleaned.get("view") == MAP_VIEW

    @property
    def page_size(self) -> int:
        return self.cleaned["limit"]

    def _values(self, name: str) -> tuple[str, ...]:
        value = self.cleaned.get(name)
        if name == "limit":
            return () if value in (None, PAGE_SIZE) else (str(value),)
        if name == "clinic":
            return ()
        if name in ("bbox", "zoom"):
            return () if value is None else (str(value),)
        return super()._values(name)
