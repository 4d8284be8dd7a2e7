"""Which fields a person wrote on a clinic's page, kept with the fields."""

from collections import defaultdict
from collections.abc import Iterable

from django.forms.models import BaseModelFormSet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .. import curation, facts
from ..models import Clinic, CoverageArea, Identifier, OtherName, Phone, Service, User
from .clinic_form import ClinicForm
from .desk import as_table
from .inline_forms import ServiceForm

_FIELDS = {field.name for field in Clinic._meta.get_fields()}
_RELATIONS = {Phone: "phones", OtherName: "other_names", Identifier: "identifiers"}


def note(form: ClinicForm, formsets: Iterable[BaseModelFormSet], *, by: User) -> None:
    """Record `by` for what they changed in a clinic's forms, which were saved."""
    clinic = form.instance
    fields = form.written()
    services: dict[int, set[str]] = defaultdict(set)
    for formset in formsets:
        if not formset.has_changed():
            continue
        if formset.model in _RELATIONS:
            fields.add(_RELATIONS[formset.model])
        elif formset.model is CoverageArea:
            _note_coverage(formset, services)
        elif formset.model is Service:
            _note_services(formset, services)
            if formset.new_objects or formset.deleted_objects:
                fields.add("services")
    for service in clinic.services.filter(pk__in=services):
        curation.record_person(service, fields=services[service.pk], by=by)
        service.save(update_fields=["field_sources"])
    curation.record_person(clinic, fields=fields, by=by)
    clinic.save(update_fields=["field_sources", "updated_at"])


def _note_coverage(formset: BaseModelFormSet, services: dict[int, set[str]]) -> None:
    for form in formset.forms:
        if form.has_changed():
            # A row may have gone from one service to another.
            for pk in {form.initial.get("service"), form.instance.service_id} - {None}:
                services[pk].add("coverage")


def _note_services(formset: BaseModelFormSet, services: dict[int, set[str]]) -> None:
    for form in formset.forms:
        if form.has_changed() and form.instance.pk:
            services[form.instance.pk] |= _written(form)


def _written(form: ServiceForm) -> set[str]:
    fields = {field.name for field in Service._meta.get_fields()}
    written = fields.intersection(form.changed_data)
    return written | ({"coverage"} if "new_regions" in form.changed_data else set())


def shown(clinic: Clinic) -> SafeString | str:
    """Who wrote what of `clinic` last: a table, newest first, a line for each act."""
    said_by: dict[tuple[str, str], list[str]] = defaultdict(list)
    names = _names(clinic)
    for field, said in clinic.field_sources.items():
        said_by[said.get("at", ""), _who(said, names)].append(_called(field))
    rows = {
        f"{who}, {day or '–'}": ", ".join(sorted(fields))
        for (day, who), fields in sorted(said_by.items(), reverse=True)
    }
    return as_table(rows) if rows else "–"


def _names(clinic: Clinic) -> dict[int, str]:
    people = {said["user"] for said in clinic.field_sources.values() if "user" in said}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=people)}


def _who(said: dict, names: dict[int, str]) -> str:
    if "user" in said:
        return names.get(said["user"], "–")
    return _("source record %(number)s") % {"number": said.get("record", "–")}


def _called(field: str) -> str:
    """A field as its form calls it; a relation as the fact that it holds."""
    found = Clinic._meta.get_field(field) if field in _FIELDS else None
    if found is not None and not found.auto_created:
        return str(found.verbose_name)
    return facts.label(field) if field in facts.CLINIC_ROWS else field
