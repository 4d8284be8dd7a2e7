"""Facts in words, before and after: what every page of the desk shows of a change."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import catalogues, facts
from ..models import Clinic, Compact, CoverageArea, OtherName, Phone, Source, Stated
from ..telling.wording import phone_line

Lines = tuple[str, ...]

_CATALOGUE_OF = {
    "accessibility": "accessibility",
    "age_groups": "age_groups",
    "eligibility": "eligibilities",
    "groups": "groups",
    "languages": "languages",
    "modalities": "modalities",
    "payments": "payments",
    "settings": "settings",
    "specialties": "specialties",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of a change. `where` is the service it belongs to, "" for the clinic.

    `before` and `after` are lines of text; none means that there is nothing.
    """

    where: str
    fact: str
    label: str
    before: Lines
    after: Lines

    @property
    def marked_before(self) -> list[tuple[str, bool]]:
        """The lines before, each with whether it has gone."""
        return [(line, line not in self.after) for line in self.before]

    @property
    def marked_after(self) -> list[tuple[str, bool]]:
        """The lines after, each with whether it is new."""
        return [(line, line not in self.before) for line in self.after]


def label(fact: str) -> str:
    """The fact as the desk calls it, as a heading: "Opening hours"."""
    return capfirst(facts.label(fact))


def rows(
    diff: Mapping[str, Any], services: Mapping[int, str] | None = None
) -> list[Row]:
    """The rows of a `Change.diff`, or of plain {fact: [before, after]}.

    `services` are names of services by id, where they are known.
    """
    parts = {"clinic", "services", "made", "removed", "said"}
    if diff.keys() - parts:
        diff = {"clinic": diff}
    return list(_rows(diff, services or {}))


def _rows(diff: Mapping[str, Any], services: Mapping[int, str]) -> Iterator[Row]:
    yield from _changed("", diff.get("clinic", {}))
    for pk, changed in diff.get("services", {}).items():
        yield from _changed(services.get(int(pk)) or _("Service"), changed)
    for said in diff.get("made", {}).values():
        where = _("New service: %s") % name_of_service(said)
        yield from _changed(where, {k: [None, v] for k, v in _stated(said)})
    for said in diff.get("removed", {}).values():
        where = _("Service that goes: %s") % name_of_service(said)
        yield from _changed(where, {k: [v, None] for k, v in _stated(said)})


def _changed(where: str, changed: Mapping[str, Sequence]) -> Iterator[Row]:
    for fact, (before, after) in changed.items():
        yield Row(where, fact, label(fact), worded(fact, before), worded(fact, after))


def _stated(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What of a service's facts says anything."""
    for fact, value in said.items():
        if value not in (None, "", "unknown", False, []):
            yield fact, value


def name_of_service(said: Mapping[str, Any]) -> str:
    """A service by its facts: "Consultation: mental health"."""
    kind = _entry("service_types", said.get("service_type", ""))
    purposes = ", ".join(worded("specialties", said.get("specialties", [])))
    return f"{kind}: {purposes}" if purposes else kind


def names_of_services(clinic: Clinic) -> dict[int, str]:
    """The clinic's services by id, each told from others of its type."""
    services = facts.read([clinic.pk], with_records=False)[clinic.pk].services
    return {pk: name_of_service(each.facts) for pk, each in services.items()}


# --- Values ------------------------------------------------------------------------


def worded(fact: str, value: Any) -> Lines:
    """The value of a fact, written as in `locator.facts`, in plain words."""
    if value in (None, "", []):
        return ()
    if fact in _IN_WORDS:
        return _IN_WORDS[fact](value)
    if fact in _CATALOGUE_OF:
        return tuple(_entry(_CATALOGUE_OF[fact], code) for code in value)
    if isinstance(value, bool):
        return (_("yes") if value else _("no"),)
    if value in Stated.values:
        return (str(Stated(value).label),)
    return tuple(str(value).splitlines())


class _Names:
    """What names are looked up in, each list read once."""

    @cached_property
    def catalogues(self) -> catalogues.Catalogues:
        return catalogues.current()

    @cached_property
    def sources(self) -> dict[str, str]:
        return dict(Source.objects.values_list("code", "short_name"))

    @cached_property
    def compacts(self) -> dict[str, str]:
        return dict(Compact.objects.values_list("code", "name"))


_shared: ContextVar[_Names | None] = ContextVar("names", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Read each list of names once, however much is worded within."""
    token = _shared.set(_names())
    try:
        yield
    finally:
        _shared.reset(token)


def _names() -> _Names:
    return _shared.get() or _Names()


def _entry(catalogue: str, code: str) -> str:
    entry = getattr(_names().catalogues, catalogue).by_code.get(code)
    return entry.label() if entry else code


def _region(code: str) -> str:
    name = _names().catalogues.region_label(code)
    return f"{name} ({code})" if name != code else code


def _choice(model: type[Model], field: str, value: str) -> str:
    return str(dict(model._meta.get_field(field).flatchoices).get(value, value))


def _point(value: Sequence) -> Lines:
    latitude, longitude, origin, precision = value
    return (
        f"{latitude:.5f}, {longitude:.5f}",
        _("exact to the %(precision)s, from %(origin)s")
        % {
            "precision": _choice(Clinic, "point_precision", precision),
            "origin": _choice(Clinic, "point_source", origin),
        },
    )


def _source(value: Sequence) -> Lines:
    code, day = value
    return (f"{source_name(code)}, {day}",)


def source_name(code: str | None) -> str:
    """The short name of a source; "the clinic" for none."""
    if not code:
        return _("the clinic")
    return _names().sources.get(code, code)


def _phones(value: Sequence) -> Lines:
    phones = [Phone(number=n, extension=e, purpose=p) for n, e, p in value]
    return tuple(
        f"{phone_line(each, is_sample=False).text} ({each.get_purpose_display()})"
        for each in phones
    )


def _other_names(value: Sequence) -> Lines:
    return tuple(
        f"{name} ({', '.join(filter(None, [_choice(OtherName, 'kind', kind), tag]))})"
        for name, kind, tag in value
    )


def _identifiers(value: Sequence) -> Lines:
    return tuple(f"{authority} {number}" for authority, number in value)


def _coverage(value: Sequence) -> Lines:
    return tuple(
        f"{_region(region)}: {_choice(CoverageArea, 'basis', basis)}, "
        f"{source_name(source)}, {day}"
        for region, basis, day, source in value
    )


def _compacts(value: Sequence) -> Lines:
    called = _names().compacts
    return tuple(
        f"{called.get(code, code)}, {source_name(source)}, {day}"
        for code, day, source in value
    )


_IN_WORDS = {
    "region": lambda code: (_region(code),),
    "service_type": lambda code: (_entry("service_types", code),),
    "point": _point,
    "source": _source,
    "phones": _phones,
    "other_names": _other_names,
    "identifiers": _identifiers,
    "coverage": _coverage,
    "compacts": _compacts,
    "status": lambda value: (_choice(Clinic, "status", value),),
    "withdrawn_reason": lambda value: (_choice(Clinic, "withdrawn_reason", value),),
}
