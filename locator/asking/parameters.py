"""Every parameter of a search: its name in the address, its field, its label."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy

import django_filters
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ..models import Clinic
from .fields import (
    LAST_NUMBER,
    CodesField,
    CoordinateField,
    CountField,
    DistanceField,
    OneCodeField,
    RegionField,
    RegionsField,
    SearchForm,
    SharedFields,
    SlugsField,
    TextField,
    UnitField,
    WordsField,
)
from .questions import CATEGORIES, CONTACTS, FLAGS, SORTS, UNITS, VISITS

PAGE_SIZE = 20
MOST_A_PAGE = 1000
MAP_VIEW = "map"


class Parameter(django_filters.Filter):
    """A parameter of a search. It cleans its value and narrows no queryset."""

    def __init__(self, field_class: type, label: str | Promise, **kwargs) -> None:
        self.field_class = field_class
        super().__init__(label=label, **kwargs)


def _of_catalogue(label: Promise, **kwargs) -> Parameter:
    """Codes of a catalogue; the filter says of which one as it is made."""
    return Parameter(CodesField, label, **kwargs)


def known(codes: Iterable[str]) -> Callable[[], list[tuple[str, str]]]:
    """Choices that are only checked; what is drawn are `questions`."""
    return lambda: [(code, code) for code in codes]


class Parameters(django_filters.FilterSet):
    """What an address may ask of a search for clinics. Anything else is ignored."""

    place = Parameter(
        TextField,
        gettext_lazy("Where are you?"),
        help_text=gettext_lazy("ZIP code, PIN code, town, state or country"),
    )
    lat = Parameter(CoordinateField, gettext_lazy("Latitude"), most=90)
    lon = Parameter(CoordinateField, gettext_lazy("Longitude"), most=180)
    region = Parameter(
        RegionField,
        gettext_lazy("Where will you be during the visit?"),
        help_text=gettext_lazy("Who may treat you remotely depends on this"),
    )
    also = Parameter(
        RegionsField,
        gettext_lazy("I will also be in"),
        help_text=gettext_lazy(
            "For study, work or a stay. Remote care must be offered there as well"
        ),
    )
    visit = Parameter(
        OneCodeField, gettext_lazy("Kind of visit"), choices=known(VISITS)
    )
    within = Parameter(
        DistanceField,
        gettext_lazy("How far away"),
        help_text=gettext_lazy("In a straight line, for visits in person"),
    )
    unit = Parameter(UnitField, gettext_lazy("Distances in"), choices=known(UNITS))
    category = Parameter(
        CodesField,
        gettext_lazy("Telemedicine or telehealth"),
        choices=known(["any", *CATEGORIES]),
    )
    type = _of_catalogue(gettext_lazy("Service"))
    specialty = _of_catalogue(gettext_lazy("What for"))
    modality = _of_catalogue(gettext_lazy("Remote visit by"))
    language = _of_catalogue(
        gettext_lazy("Language"),
        help_text=gettext_lazy("Spoken by the staff or through an interpreter"),
    )
    payment = _of_catalogue(gettext_lazy("How you pay"))
    age = _of_catalogue(
        gettext_lazy("Who is the visit for?"),
        help_text=gettext_lazy("For me or for someone else: choose that person’s age"),
    )
    accepting = Parameter(
        OneCodeField,
        gettext_lazy("Accepting new patients"),
        choices=known([FLAGS["accepting"]]),
        help_text=gettext_lazy("The clinic takes people who were never there before"),
    )
    open = Parameter(
        OneCodeField,
        gettext_lazy("Open now"),
        choices=known([FLAGS["open"]]),
        help_text=gettext_lazy("By its stated hours, where the clinic is"),
    )
    eligibility = _of_catalogue(gettext_lazy("Open to"))
    accessibility = _of_catalogue(gettext_lazy("Accessibility"))
    contact = Parameter(
        CodesField,
        gettext_lazy("Ways to reach the clinic"),
        choices=known(CONTACTS),
        help_text=gettext_lazy("Text and e-mail work without a voice call"),
    )
    unstated = Parameter(
        OneCodeField,
        gettext_lazy("Also clinics that do not state what I ask for"),
        choices=known([FLAGS["unstated"]]),
        help_text=gettext_lazy("They come after those that do: ask them first"),
    )
    q = Parameter(
        WordsField,
        gettext_lazy("Name of a clinic"),
        help_text=gettext_lazy("Words of its name, its organization or its town"),
    )
    sort = Parameter(OneCodeField, gettext_lazy("Sort by"), choices=known(SORTS))
    clinic = Parameter(SlugsField, gettext_lazy("Chosen to compare"))
    page = Parameter(
        CountField, gettext_lazy("Page"), empty=1, most=LAST_NUMBER, is_capped=True
    )

    class Meta:
        model = Clinic
        fields = ()
        form = SearchForm

    def __init__(self, data: Mapping) -> None:
        """As any FilterSet, except that the filters are shared and no copies."""
        self.is_bound, self.data = True, data
        self.queryset = Clinic.objects.none()
        self.request = self.form_prefix = None
        self.filters = self.base_filters

    def filter_queryset(self, queryset):
        """Refuse: answers come from search entries, so `.qs` has no use."""
        raise TypeError("A ClinicFilter asks; search.find answers.")


def form_class(
    parameters: type[Parameters], choices: Mapping[str, Iterable[str]]
) -> type[SearchForm]:
    """The form of `parameters`, where those of `choices` take such codes.

    To be kept: making it costs more than a search. All its forms share their fields.
    """
    filters = deepcopy(parameters.base_filters)
    for name, codes in choices.items():
        filters[name].extra["choices"] = known(codes)
    fields = {name: each.field for name, each in filters.items()}
    form = type(f"{parameters.__name__}Form", (SearchForm,), fields)
    form.base_fields = SharedFields(form.base_fields)
    return form
