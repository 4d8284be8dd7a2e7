"""Facts in words. Assumed is never worded as stated, unknown never as no."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

import phonenumbers
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from ..ages import Age, age
from ..geo import miles_from_km
from ..models import (
    AgeGroup,
    Clinic,
    CoverageArea,
    Eligibility,
    Phone,
    Service,
    ServiceType,
    Stated,
)
from ..models.dates import worded
from ..paths import path_of

COVERAGE = {
    CoverageArea.Basis.LICENSE: gettext_lazy(
        "licensed for patients in %(region)s (%(source)s)"
    ),
    CoverageArea.Basis.COMPACT: gettext_lazy(
        "may treat patients in %(region)s by a compact between states (%(source)s)"
    ),
    CoverageArea.Basis.NATIONAL: gettext_lazy(
        "registered to treat patients in all of %(region)s (%(source)s)"
    ),
    CoverageArea.Basis.PROVIDER_RULE: gettext_lazy(
        "may treat patients in %(region)s by a rule of its own country (%(source)s)"
    ),
    CoverageArea.Basis.CLINIC: gettext_lazy(
        "treats patients in %(region)s (%(source)s)"
    ),
    CoverageArea.Basis.UNKNOWN: gettext_lazy(
        "listed for patients in %(region)s, on what ground is not stated (%(source)s): "
        "ask"
    ),
}
# Of what is not telemedicine nobody says that it treats.
COVERAGE_WITHOUT_TREATING = COVERAGE | {
    CoverageArea.Basis.COMPACT: gettext_lazy(
        "may be offered to patients in %(region)s by a compact between states "
        "(%(source)s)"
    ),
    CoverageArea.Basis.NATIONAL: gettext_lazy(
        "registered for patients in all of %(region)s (%(source)s)"
    ),
    CoverageArea.Basis.PROVIDER_RULE: gettext_lazy(
        "may be offered to patients in %(region)s by a rule of its own country "
        "(%(source)s)"
    ),
    CoverageArea.Basis.CLINIC: gettext_lazy(
        "offered to patients in %(region)s (%(source)s)"
    ),
}
CATEGORIES = {
    ServiceType.Category.TELEMEDICINE: gettext_lazy("Telemedicine"),
    ServiceType.Category.TELEHEALTH: gettext_lazy("Telehealth"),
}
ACCEPTING = {
    Stated.YES: gettext_lazy("Accepts new patients"),
    Stated.NO: gettext_lazy("Does not accept new patients now"),
    Stated.UNKNOWN: gettext_lazy("New patients: not stated, ask the clinic"),
}
CLINIC_WIDE = gettext_lazy(
    "Remote visits are stated for the clinic, not for this programme"
)


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A number as people read it, and as a link; samples have no link.

    `number` is in E.164, `dialled` the same with its extension, as RFC 3966 adds it.
    """

    text: str
    url: str
    label: str
    number: str
    extension: str
    dialled: str


def phone_line(phone: Phone, *, is_sample: bool) -> PhoneLine:
    """`phone` in the usual writing of its country."""
    text, dialled = _national(phone.number), phone.number
    if phone.extension:
        text = _("%(number)s ext. %(extension)s") % {
            "number": text,
            "extension": phone.extension,
        }
        dialled += f";ext={phone.extension}"
    has_link = not is_sample and phone.purpose != Phone.Purpose.FAX
    scheme = "sms" if phone.purpose == Phone.Purpose.TEXT else "tel"
    return PhoneLine(
        text=text,
        url=f"{scheme}:{dialled}" if has_link else "",
        label=capfirst(Phone.Purpose(phone.purpose).label),
        number=phone.number,
        extension=phone.extension,
        dialled=dialled,
    )


def _national(number: str) -> str:
    # By hand, since most are of this plan and all of those have one form.
    if number.startswith("+1") and len(number) == len("+15125550123"):
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(
        parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )


def grouped(number: int) -> str:
    """`number` as the page's language groups its digits: 9,037."""
    # There are hundreds on a page, and most have nothing to group.
    if -1000 < number < 1000:
        return str(number)
    return formats.number_format(number, force_grouping=True)


def clinics(number: int) -> str:
    """`number` as one of clinics: "1 clinic", "9,037 clinics"."""
    return _clinics(number, get_language())


# Here and below the language is part of the key: what is kept is in words.
@lru_cache(maxsize=10_000)
def _clinics(number: int, language: str | None) -> str:
    text = ngettext("%(many)s clinic", "%(many)s clinics", number)
    return text % {"many": grouped(number)}


def distance(km: float, unit: str, *, is_rough: bool) -> str:
    """A distance in whole miles or kilometres; "about …" where the site is rough.

    No finer: a place that a visitor names is some kilometres wide itself.
    """
    length = miles_from_km(km) if unit == "mi" else km
    count = round(length) if length >= 1 else 0
    return _distance(count, unit, is_rough, get_language())


@lru_cache(maxsize=10_000)
def _distance(count: int, unit: str, is_rough: bool, language: str | None) -> str:
    if not count:
        return _("less than a mile") if unit == "mi" else _("less than 1 km")
    if unit == "mi":
        text = ngettext("%(number)s mile", "%(number)s miles", count)
    else:
        text = pgettext("distance", "%(number)s km")
    text %= {"number": grouped(count)}
    return _("about %(distance)s") % {"distance": text} if is_rough else text


def is_rough(clinic: Clinic) -> bool:
    """Whether the clinic's point is that of its postcode or town, not of its door."""
    rough = (Clinic.Precision.POSTCODE, Clinic.Precision.CITY)
    return clinic.point_precision in rough


def any_of(labels: Sequence[str]) -> str:
    """Labels in a sentence: "video, phone or messages"."""
    inside = [label[:1].lower() + label[1:] for label in labels]
    return _joined(inside, _("%(some)s or %(last)s"))


def all_of(labels: Sequence[str]) -> str:
    """Names in a sentence: "Texas, Ohio and Idaho"."""
    return _joined(labels, _("%(some)s and %(last)s"))


def _joined(labels: Sequence[str], words: str) -> str:
    if len(labels) < 2:
        return "".join(labels)
    return words % {"some": listed(labels[:-1]), "last": labels[-1]}


def listed(labels: Iterable[str]) -> str:
    return _(", ").join(labels)


def remote_ways(modalities: Sequence[str], *, is_only: bool) -> str:
    """How remote visits are held: "By video", or that it is not stated."""
    if not modalities:
        if is_only:
            return _("Remote visits only (video or phone: not stated)")
        return _("Remote visits offered (video or phone: not stated)")
    ways = {"ways": any_of(modalities)}
    return (_("Remote only, by %(ways)s") if is_only else _("By %(ways)s")) % ways


def coverage(
    basis: str, region: str, *, source: str, as_of: str, treats: bool = True
) -> str:
    """Where a service may treat, with who says so and when. Not for assumed coverage.

    `region` and `source` are in words; `source` is "" where it is the clinic itself.
    `treats` is for telemedicine: the others are told without that word.
    """
    words = COVERAGE if treats else COVERAGE_WITHOUT_TREATING
    said = {"who": source or _("clinic"), "date": worded(as_of)}
    return words[CoverageArea.Basis(basis)] % {
        "region": region,
        "source": _("%(who)s, %(date)s") % said,
    }


def assumed_coverage(region: str, *, treats: bool = True) -> str:
    """What may be hoped of a clinic that says nothing of where it may treat."""
    if treats:
        words = _("Based in %(region)s, so probably treats patients there: ask.")
    else:
        words = _("Based in %(region)s, so probably offered there: ask.")
    return words % {"region": region}


def category_of(service_type: ServiceType, *, is_remote: bool) -> str:
    """The category word that a service carries; "" for telemedicine not at a distance.

    The in-person half of a consultation is neither (RULES 19).
    """
    if service_type.category == ServiceType.Category.TELEMEDICINE and not is_remote:
        return ""
    return service_type.category


def treats_people(service_type: ServiceType) -> bool:
    """Whether a service of that type treats people, rather than helps beside that."""
    return service_type.category == ServiceType.Category.TELEMEDICINE


def category_url(category: str) -> str:
    """The paragraph of the explainer on a category word; "" for none."""
    return f"{path_of('explainer')}#{category}" if category else ""


def ages(groups: Sequence[AgeGroup]) -> str:
    """The ages of `groups` in few words: as one span where none is left out between."""
    span = _span(groups)
    if len(groups) > 1 and span:
        return years(*span)
    return listed(group.label() for group in groups)


def _span(groups: Sequence[AgeGroup]) -> tuple[int | None, int | None] | None:
    """The first and the last year of `groups`; None where there are gaps."""
    if not groups or any(group.minimum_age is None for group in groups):
        return None
    ordered = sorted(groups, key=lambda group: group.minimum_age)
    for group, following in pairwise(ordered):
        if group.maximum_age is None or following.minimum_age > group.maximum_age + 1:
            return None
    return ordered[0].minimum_age, ordered[-1].maximum_age


def years(first: int | None, last: int | None) -> str:
    """From which year of life to which; None for no limit."""
    if last is None:
        if not first:
            return _("All ages")
        words = ngettext("From %(first)d year", "From %(first)d years", first)
        return words % {"first": first}
    if not first:
        words = ngettext("Up to %(last)d year", "Up to %(last)d years", last)
        return words % {"last": last}
    return _("From %(first)d to %(last)d years") % {"first": first, "last": last}


def needs(service: Service) -> list[str]:
    """What stands between a patient and any visit."""
    return [_("Referral needed")] if service.referral == Stated.YES else []


def restriction(eligibilities: Sequence[Eligibility]) -> str:
    """Whom alone a service is open to; "" for everyone, and where nobody said."""
    if not all(each.is_restriction for each in eligibilities) or not eligibilities:
        return ""
    groups = listed(each.label() for each in eligibilities)
    return _("Open to: %(groups)s") % {"groups": groups}


def open_to_all(eligibilities: Sequence[Eligibility]) -> str:
    """That a service shuts nobody out, and whom its listing names beside that.

    A listing may name those that a fund brings in: of the others it says little.
    """
    named = [each.label() for each in eligibilities if each.is_restriction]
    if not named:
        return _("Open to everyone")
    return _("Open to: %(groups)s, and to others") % {"groups": listed(named)}


def dated(clinic: Clinic, now: datetime) -> str:
    """Who vouches for a listing at `now`, and since when; always with the year."""
    step = age(clinic.verified_at, now)
    if step is not Age.LISTED:
        how = Clinic.Method(clinic.verified_method)
        said = _checked(step, is_itself=clinic.is_checked_itself)
        month = formats.date_format(clinic.verified_at, "YEAR_MONTH_FORMAT")
        return said % {"month": month, "how": how.label}
    if clinic.source:
        source, date = clinic.source.short_name, clinic.source_date
        return _listed_by(source, date, get_language())
    return _("Never verified here")


@lru_cache(maxsize=1_000)
def _listed_by(source: str, date: str, language: str | None) -> str:
    told = {"source": source, "date": worded(date)}
    return _("Listed by %(source)s, %(date)s; never verified here") % told


def _checked(step: Age, *, is_itself: bool) -> str:
    """What to say of a check that has come to `step`: of the clinic, or a sample."""
    if is_itself:
        if step is Age.FRESH:
            return _("Verified %(month)s %(how)s")
        return _("Not verified since %(month)s")
    if step is Age.FRESH:
        return _("Others like it checked, %(month)s")
    return _("Not verified; others like it checked, %(month)s")


def dated_note(clinic: Clinic) -> str:
    """What a check does not say."""
    return _("We do not check licences or quality") if clinic.verified_at else ""


def source_line(clinic: Clinic) -> str:
    """The source in short, with its date: "SAMHSA, 2022"; "" for none."""
    if not clinic.source:
        return ""
    return f"{clinic.source.short_name}, {worded(clinic.source_date)}"


def organization(clinic: Clinic) -> str:
    """Who runs it, "" where the clinic's own name begins with that."""
    name = clinic.organization.name if clinic.organization else ""
    says_it = clinic.name == name or clinic.name.startswith((f"{name}, ", f"{name} "))
    return "" if says_it else name


def town(clinic: Clinic, region: str) -> str:
    """Where a clinic is, as on an envelope; `region` is in words."""
    return listed(part for part in (clinic.city, region) if part)
