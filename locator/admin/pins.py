"""The pin of a clinic: where its address lies, and whether its pin can be right."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from .. import catalogues, places
from ..geo import Point
from ..models import Clinic, Place
from ..models.region import country_of
from ..text import fold, words
from .site import site

Precision = Clinic.Precision
LONGEST_ASKED = 300
MAY = ("locator.change_clinic", "locator.add_clinic")

HOW_EXACT = {
    Precision.ADDRESS: gettext_lazy("exact to the door"),
    Precision.STREET: gettext_lazy("exact to the street"),
    Precision.POSTCODE: gettext_lazy("the middle of the postcode"),
    Precision.CITY: gettext_lazy("the middle of the town"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address as a form has it. `region` is an ISO code or "", as `country`."""

    street: str
    city: str
    postal_code: str
    region: str
    is_private: bool

    @classmethod
    def of_form(cls, values: Mapping[str, str]) -> "Address":
        street, city, postal_code, region = (
            str(values.get(name) or "").replace("\0", "").strip()[:LONGEST_ASKED]
            for name in ("street", "city", "postal_code", "region")
        )
        is_private = values.get("address_is_private") not in (None, "", "False", False)
        return cls(street, city, postal_code, region, is_private)

    @classmethod
    def of_clinic(cls, clinic: Clinic) -> "Address":
        return cls(
            clinic.street,
            clinic.city,
            clinic.postal_code,
            clinic.region_id or "",
            clinic.address_is_private,
        )

    @property
    def country(self) -> str:
        return country_of(self.region) or settings.LOCATOR_HOME_COUNTRY

    @property
    def postcode(self) -> Place | None:
        code = self.postal_code
        if self.country == "US":
            code = code.partition("-")[0]
        return places.postcode_point(code, self.country) if code else None


@dataclass(frozen=True, slots=True)
class Spot:
    """A point that an address may have: what was found there, and by whom."""

    point: Point
    precision: Precision
    found: str
    by: str
    warnings: tuple[str, ...] = ()

    @property
    def how_exact(self) -> str:
        return str(HOW_EXACT[self.precision])

    @property
    def value(self) -> str:
        """As a button sends it: latitude, longitude, precision."""
        at = self.point
        return f"{at.latitude:.6f},{at.longitude:.6f},{self.precision}"


@dataclass(frozen=True, slots=True)
class Located:
    """What was found for an address, the most exact first; `said` in a sentence."""

    spots: tuple[Spot, ...]
    said: str


# --- Is it right? ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pin:
    """What a form says of its pin: what is odd, and where the postcode's middle is."""

    warnings: tuple[str, ...]
    postcode: Place | None


def seen(point: Point | None, address: Address) -> Pin:
    postcode = address.postcode
    return Pin(tuple(_warnings(point, address, postcode)), postcode)


def warnings(point: Point | None, address: Address) -> list[str]:
    """Why `point` cannot well be that of `address`, a sentence each."""
    return _warnings(point, address, address.postcode) if point else []


def of_clinic(clinic: Clinic) -> list[str]:
    """What is odd about the pin of `clinic`, a sentence each."""
    return warnings(clinic.point, Address.of_clinic(clinic))


def _warnings(
    point: Point | None, address: Address, postcode: Place | None
) -> list[str]:
    if point is None:
        return []
    found = places.misplaced(point, region=address.region, postcode=postcode)
    return found.sentences(
        region=address.region, postcode=postcode.name if postcode else ""
    )


def point_of(latitude: object, longitude: object) -> Point | None:
    """The point of two numbers or texts; None where they are none."""
    try:
        return Point(float(latitude), float(longitude))
    except (TypeError, ValueError):
        return None


# --- Where is it? ------------------------------------------------------------------


def locate(address: Address) -> Located:
    """Look `address` up: by the operator's geocoder, the postcode, then the town.

    Of a private address only the town is looked up, and nothing is sent to anyone.
    """
    spots = tuple(_spots(address))
    return Located(spots, _said(address, spots))


def _spots(address: Address) -> Iterator[Spot]:
    town = _town(address)
    if address.is_private:
        if town:
            yield town
        return
    if address.street and (spot := _by_geocoder(address)):
        yield spot
    postcode = address.postcode
    if postcode is not None and postcode.point:
        named = ", ".join(filter(None, [postcode.name, postcode.town]))
        yield _spot(address, postcode.point, Precision.POSTCODE, named)
    if town:
        yield town


def _spot(
    address: Address, point: Point, precision: Precision, found: str, by: str = ""
) -> Spot:
    by = by or _("our gazetteer")
    return Spot(point, precision, found, by, tuple(warnings(point, address)))


def _town(address: Address) -> Spot | None:
    if not address.city:
        return None
    # By our own table alone: a private town is sent to no geocoder either.
    towns = Place.objects.filter(
        kind=Place.Kind.CITY, names__folded=fold(address.city), latitude__isnull=False
    )
    if address.region:
        towns = towns.filter(
            Q(region=address.region) | Q(region__parent=address.region)
        )
    else:
        towns = towns.filter(country=address.country)
    town = towns.select_related("region").order_by("-population", "pk").first()
    if town is None:
        return None
    named = ", ".join(filter(None, [town.name, str(town.region or "")]))
    return _spot(address, town.point, Precision.CITY, named)


def _by_geocoder(address: Address) -> Spot | None:
    region = catalogues.current().region_label(address.region) if address.region else ""
    parts = [address.street, address.city, region, address.postal_code]
    answer = places.locate_address(", ".join(filter(None, parts)), address.country)
    if answer is None:
        return None
    point, called = answer
    precision = _precision(called, address)
    return _spot(address, point, precision, called, settings.LOCATOR_GEOCODER)


def _precision(called: str, address: Address) -> Precision:
    """How exact an answer is, by what of the address it names itself."""
    named = set(words(called))
    street = words(address.street)
    numbers = [word for word in street if word[:1].isdigit()]
    others = [word for word in street if len(word) > 2 and not word[:1].isdigit()]
    names_street = any(word in named for word in others)
    if names_street and numbers and numbers[0] in named:
        return Precision.ADDRESS
    if names_street:
        return Precision.STREET
    code = fold(address.postal_code)
    return Precision.POSTCODE if code and code in fold(called) else Precision.CITY


def _said(address: Address, spots: tuple[Spot, ...]) -> str:
    if spots and address.is_private:
        return _("The address is private: only its town was looked up.")
    if spots:
        return _("Found. Nothing changes until you choose a point.")
    if address.is_private:
        return _("The address is private, and its town was not found.")
    if not (address.street or address.city or address.postal_code):
        return _("Write the postcode or the town first.")
    return _(
        "Nothing was found for this address. Check postcode, town and region, or set "
        "the pin on the map."
    )


# --- Pages -------------------------------------------------------------------------


# By POST: an address is not to stand in a log.
@site.page("clinics/locate/", name="clinic_locate", permission=MAY)
@require_POST
def located(request: HttpRequest) -> HttpResponse:
    """What was found for the address that was sent, as a part of the form."""
    found = locate(Address.of_form(request.POST))
    return render(request, "admin/locator/clinic/_located.html", {"located": found})


@site.page("clinics/pin/", name="clinic_pin", permission=MAY)
@require_POST
def pinned(request: HttpRequest) -> HttpResponse:
    """What is odd about the pin that was sent, as a part of the form."""
    point = point_of(request.POST.get("latitude"), request.POST.get("longitude"))
    pin = seen(point, Address.of_form(request.POST))
    return render(request, "admin/locator/clinic/_pin_warnings.html", {"pin": pin})


_CHOSEN = re.compile(
    r"(-?\d{1,3}\.\d+),(-?\d{1,3}\.\d+),(address|street|postcode|city)"
)


def chosen(value: str) -> dict[str, str]:
    """The form's values for a point that was chosen; {} for what is none."""
    match = _CHOSEN.fullmatch(value)
    if match is None:
        return {}
    names = ("latitude", "longitude", "point_precision")
    return dict(zip(names, match.groups(), strict=True))
