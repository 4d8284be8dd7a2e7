"""Where to turn at once, and where else to look, by country."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet

from .catalogues import Catalogues
from .models import Helpline, OfficialFinder
from .models.region import country_of

# How long a helpline's number is taken to be right after a person read it.
HOLDS_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Aid:
    """Helplines and official finders of one country, none where we have no data.

    `is_home` says that nobody named a country and this is the site's own.
    """

    country: str
    country_label: str
    is_home: bool
    helplines: list[Helpline]
    finders: list[OfficialFinder]

    @property
    def emergency(self) -> list[Helpline]:
        return self._of(Helpline.Kind.EMERGENCY)

    @property
    def crisis(self) -> list[Helpline]:
        return self._of(Helpline.Kind.CRISIS)

    @property
    def at_once(self) -> list[Helpline]:
        """The first number for an emergency and the first for a crisis."""
        return self.emergency[:1] + self.crisis[:1]

    @property
    def first_to_call(self) -> list[Helpline]:
        """Who helps to find care, after the line for a crisis; all where none does."""
        informs = self._of(Helpline.Kind.INFORMATION)
        return [*self.crisis[:1], *informs] if informs else self.helplines

    @property
    def further(self) -> list[Helpline]:
        """The helplines beside those first to call."""
        first = self.first_to_call
        return [each for each in self.helplines if each not in first]

    def _of(self, kind: Helpline.Kind) -> list[Helpline]:
        return [each for each in self.helplines if each.kind == kind]


def aid_for(catalogues: Catalogues, region: str = "") -> Aid:
    """The aid of the country that ISO code `region` lies in; "" for the site's own."""
    country = country_of(region) or settings.LOCATOR_HOME_COUNTRY
    return Aid(
        country=country,
        country_label=catalogues.region_label(country),
        is_home=not region,
        helplines=catalogues.helplines(country),
        finders=catalogues.finders(country),
    )


def unchecked(today: date) -> QuerySet[Helpline]:
    """The helplines that nobody read again for a year, the longest so first."""
    return Helpline.objects.filter(checked_on__lt=today - HOLDS_FOR).order_by(
        "checked_on", *Helpline._meta.ordering
    )
