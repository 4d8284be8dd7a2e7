"""What stands in the cells of a comparison: each fact of a clinic, a line each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from ..catalogues import Catalogues
from ..models import Clinic, Service, Stated
from ..telling import contact, wording
from ..telling.address import address
from ..telling.open_now import open_now, week_in_short
from .service_views import (
    ages_of,
    care_of,
    facts,
    in_person_of,
    name_among,
    needs_of,
    remote_of,
    visit_of,
    where_of,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a clinic states. `of` names the services that it holds for.

    `of` is "" where it holds for all; `url` leads there; `is_now` is true of this
    moment alone, which paper outlives; `is_apart` says that others of
    the comparison, which state something of this too, do not state the same.
    """

    text: str
    of: str = ""
    url: str = ""
    is_now: bool = False
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The lines of one fact of one clinic; none means not stated."""

    lines: tuple[Line, ...]

    def marked(self, shared: set[str]) -> "Cell":
        """The same, what is not in `shared` first."""
        lines = [replace(line, is_apart=line.text not in shared) for line in self.lines]
        return Cell(tuple(sorted(lines, key=lambda line: not line.is_apart)))


def of(texts: Iterable[str]) -> Cell:
    return Cell(tuple(Line(text) for text in dict.fromkeys(texts)))


def yes_or_not(is_so: bool) -> Cell:
    return of([_("Yes") if is_so else _("Not all of it, or not stated")])


@dataclass(frozen=True)
class Stating:
    """A clinic with its services, as `read_services` read them, at a moment."""

    clinic: Clinic
    services: list[Service]
    catalogues: Catalogues
    now: datetime

    @cached_property
    def care(self) -> list[Service]:
        # Beside care, booking by video would be read as therapy by video.
        return care_of(self.services)

    def by_service(self, tell: Callable[[Service], Iterable[str]]) -> Cell:
        """What `tell` says of each service; where they differ, of which."""
        said: dict[str, list[Service]] = {}
        for service in self.care:
            for text in tell(service):
                said.setdefault(text, []).append(service)
        return Cell(
            tuple(
                Line(text, of="" if len(of) == len(self.care) else self._names(of))
                for text, of in said.items()
            )
        )

    def _names(self, services: Iterable[Service]) -> str:
        names = (name_among(self.care, each) for each in services)
        return wording.listed(dict.fromkeys(names))


# Facts that no two clinics share: that they differ says nothing.
ALWAYS_OTHER = {"contact", "address", "listed", "here"}

Tell = Callable[[Stating], Cell]


def rows() -> list[tuple[str, str, Tell]]:
    """Every row: its code, what it is called, and how a clinic tells it."""
    return [
        ("services", _("What it offers"), _services),
        ("specialties", _("What for"), _specialties),
        ("remote", _("Remote visits"), lambda it: it.by_service(remote_of)),
        ("where", _("Where it may treat remotely"), _where),
        ("in_person", _("In person"), lambda it: it.by_service(in_person_of)),
        ("visit", _("For a remote visit"), _visit),
        ("accepting", _("New patients"), lambda it: it.by_service(_accepting)),
        ("ages", _("Ages"), lambda it: it.by_service(_ages)),
        ("eligibility", _("Open to"), lambda it: it.by_service(_eligibility)),
        ("needs", _("Before any visit"), lambda it: it.by_service(needs_of)),
        ("languages", _("Languages"), _languages),
        ("payments", _("Payment"), _payments),
        ("accessibility", _("Accessibility"), _accessibility),
        ("hours", _("When it is open"), _hours),
        ("contact", _("How to reach it"), _contact),
        ("address", _("Where it is"), _address),
        ("listed", _("Who says so"), _listed),
    ]


def _services(it: Stating) -> Cell:
    told = []
    for service in it.services:
        kind, is_remote = service.service_type, service.remote == Stated.YES
        category = wording.category_of(kind, is_remote=is_remote)
        names = {"type": kind.label(), "category": wording.CATEGORIES.get(category)}
        told.append(_("%(type)s (%(category)s)") % names if category else kind.label())
    return of(told)


def _specialties(it: Stating) -> Cell:
    every = [entry for each in it.care for entry in each.specialties.all()]
    return of(fact.label for fact in facts(every))


def _where(it: Stating) -> Cell:
    return it.by_service(lambda service: where_of(service, it.catalogues))


def _visit(it: Stating) -> Cell:
    return it.by_service(lambda service: visit_of(service, it.clinic))


def _accepting(service: Service) -> Iterable[str]:
    if service.accepting != Stated.UNKNOWN:
        yield str(wording.ACCEPTING[Stated(service.accepting)])


def _ages(service: Service) -> Iterable[str]:
    return filter(None, [ages_of(service)])


def _eligibility(service: Service) -> Iterable[str]:
    entries = service.eligibility.all()
    if entries:
        yield wording.restriction(entries) or wording.open_to_all(entries)


def _languages(it: Stating) -> Cell:
    own = facts(it.clinic.languages.all())
    return it.by_service(
        lambda each: (fact.label for fact in facts(each.languages.all()) or own)
    )


def _payments(it: Stating) -> Cell:
    own = facts(it.clinic.payments.all())
    return it.by_service(
        lambda each: (fact.label for fact in facts(each.payments.all()) or own)
    )


def _accessibility(it: Stating) -> Cell:
    return of(fact.label for fact in facts(it.clinic.accessibility.all()))


def _hours(it: Stating) -> Cell:
    now = open_now(it.clinic, it.now)
    if now is None:
        return Cell(())
    told = [Line(text, is_now=True) for text in (now.text, now.note) if text]
    return Cell((*told, Line(week_in_short(it.clinic, it.now))))


def _contact(it: Stating) -> Cell:
    clinic, lines = it.clinic, []
    for phone in it.clinic.phones.all():
        line = wording.phone_line(phone, is_sample=clinic.is_sample)
        lines.append(Line(f"{line.label}: {line.text}", url=line.url))
    contacts = contact.contacts_of(clinic, clinic.phones.all())
    if relay := contact.relay(clinic, contacts):
        lines.append(Line(relay))
    if clinic.email:
        told = _("E-mail: %(address)s") % {"address": clinic.email}
        lines.append(Line(told, url=contact.email_url(clinic)))
    return Cell(tuple(dict.fromkeys(lines)))


def _address(it: Stating) -> Cell:
    lines = address(it.clinic, it.catalogues.region_label)
    return of([wording.listed(lines)] if lines else [])


def _listed(it: Stating) -> Cell:
    return of([wording.dated(it.clinic, it.now)])
