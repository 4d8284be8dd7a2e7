"""Facts written to one clinic, by a person or from a source."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import facts, hours
from ..facts import (
    CLINIC,
    CLINIC_COLUMNS,
    CLINIC_COMPOUNDS,
    CLINIC_ROWS,
    CLINIC_SETS,
    FIELDS,
    ID,
    SERVICE_COLUMNS,
    SERVICE_ROWS,
    SERVICE_SETS,
    SERVICES,
    STANDING,
    ClinicState,
    Facts,
)
from ..models import Change, Clinic, Organization, Region, Service, SourceRecord, User
from ..search import entries
from .addresses import move, slug_problem
from .ledger import recorded
from .publishing import NotPublicError, why_not_public
from .saying import record_person

OF_CLINIC = frozenset(
    {
        *CLINIC_COLUMNS,
        *CLINIC_COMPOUNDS,
        *CLINIC_SETS,
        *CLINIC_ROWS,
        *STANDING,
        "organization",
    }
)
OF_SERVICE = frozenset({*SERVICE_COLUMNS, *SERVICE_SETS, *SERVICE_ROWS})


@dataclass(slots=True)
class Edit:
    """What one clinic shall say: facts as in `locator.facts`, and its `STANDING`.

    `services` has facts by the ids of services; `made` the facts of new ones, with
    their "id" where they were there before; `removed` ids of services that go.
    """

    clinic: Facts = field(default_factory=dict)
    services: Mapping[int, Facts] = field(default_factory=dict)
    made: Sequence[Facts] = ()
    removed: Collection[int] = ()

    def beside(self, state: ClinicState) -> "Edit":
        """This edit without the facts that `state` says already."""
        return Edit(
            _news(self.clinic, state.facts | state.standing),
            {
                pk: _news(said, state.services[pk].facts)
                if pk in state.services
                else said
                for pk, said in self.services.items()
            },
            self.made,
            self.removed,
        )


def _news(said: Facts, present: Facts) -> Facts:
    return {
        name: value
        for name, value in said.items()
        if name not in present or present[name] != value
    }


@transaction.atomic
def change(
    clinic: Clinic,
    edit: Edit,
    *,
    by: User | None,
    kind: Change.Kind,
    note: str = "",
    event: uuid.UUID | None = None,
    record: SourceRecord | None = None,
) -> Change | None:
    """Write what `edit` says to `clinic`; None where it says so already.

    `by` says the facts from now on, or the source `record`, whose they then are again.
    Raises ValidationError, a sentence for each thing that cannot be, and NotPublicError
    where patients see the clinic and may not see what it would become.
    """
    clinic = locked(clinic)
    with recorded([clinic.pk], kind=kind, by=by, note=note, event=event) as recording:
        write(clinic, edit.beside(recording.state_of(clinic.pk)), Saying(by, record))
    return recording.changes[0] if recording.changes else None


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says the facts that are written: a record, or a person."""

    by: User | None
    record: SourceRecord | None

    def note(self, thing: Clinic | Service, names: Iterable[str]) -> None:
        fields = [part for name in names for part in facts.columns_of(name)]
        if self.record is not None:
            said = {"record": self.record.pk, "at": timezone.localdate().isoformat()}
            thing.field_sources = thing.field_sources | dict.fromkeys(fields, said)
        elif self.by is not None:
            record_person(thing, fields=fields, by=self.by)


def locked(clinic: Clinic) -> Clinic:
    """`clinic` as it is now, until the transaction ends nobody else's to change."""
    try:
        return Clinic.objects.select_for_update().get(pk=clinic.pk)
    except Clinic.DoesNotExist:
        raise ValidationError(_("This clinic is not there any more.")) from None


def write(clinic: Clinic, edit: Edit, saying: Saying) -> None:
    """Write `edit` to a locked `clinic`, whose writes are being recorded."""
    _refuse_strangers(edit)
    if edit.clinic:
        _write_clinic(clinic, edit.clinic, saying)
    own = {each.pk: each for each in clinic.services.select_for_update()}
    if missing := {*edit.services, *edit.removed} - own.keys():
        raise ValidationError(
            _("The clinic has no service %(number)s any more."),
            params={"number": min(missing)},
        )
    for pk, said in edit.services.items():
        _write_service(own[pk], said, saying)
    returning = [said["id"] for said in edit.made if "id" in said]
    if Service.objects.filter(pk__in=returning).exists():
        raise ValidationError(_("A service that would come back is there already."))
    for said in edit.made:
        made = Service(clinic=clinic, pk=said.get("id"))
        _write_service(
            made, {name: said[name] for name in said if name != "id"}, saying
        )
    if edit.removed:
        clinic.services.filter(pk__in=edit.removed).delete()
    if saying.record is not None:
        _hand_over(clinic, edit, saying.record)
    _refuse_private(clinic)
    entries.rebuild([clinic.pk])


def _refuse_strangers(edit: Edit) -> None:
    """Only facts that there are, and only values that the catalogues still have."""
    of_services = [*edit.services.values(), *edit.made]
    strange = edit.clinic.keys() - OF_CLINIC
    strange |= {name for said in of_services for name in said} - OF_SERVICE - {"id"}
    problems = [_("There is no fact “%s”.") % name for name in sorted(strange)]
    problems += _gone_codes(Clinic, CLINIC_SETS, edit.clinic)
    for said in of_services:
        problems += _gone_codes(Service, SERVICE_SETS, said)
    problems += _gone_regions(edit.clinic, of_services)
    if problems:
        raise ValidationError(problems)


def _gone_codes(model: type[Model], names: Iterable[str], said: Facts) -> Iterable[str]:
    for name in names:
        codes = set(said.get(name, ()))
        catalogue = model._meta.get_field(name).related_model
        known = catalogue.objects.filter(code__in=codes).values_list("code", flat=True)
        for code in sorted(codes - {*known}):
            yield _("The list “%(list)s” has no entry “%(code)s” (any more).") % {
                "list": catalogue._meta.verbose_name_plural,
                "code": code,
            }


def _gone_regions(clinic: Facts, services: Iterable[Facts]) -> Iterable[str]:
    codes = {clinic["region"]} if clinic.get("region") else set()
    codes |= {area[0] for said in services for area in said.get("coverage", ())}
    known = Region.objects.filter(code__in=codes).values_list("code", flat=True)
    for code in sorted(codes - {*known}):
        yield _("There is no region %s.") % code


# --- The clinic --------------------------------------------------------------------


def _write_clinic(clinic: Clinic, said: Facts, saying: Saying) -> None:
    if "slug" in said and said["slug"] != clinic.slug:
        if problem := slug_problem(said["slug"], clinic=clinic):
            raise ValidationError(problem)
        move(clinic, slug=said["slug"], by=saying.by)
    for name, value in said.items():
        if parts := CLINIC_COMPOUNDS.get(name):
            blank = [None if "itude" in part else "" for part in parts]
            for part, each in zip(parts, value or blank, strict=True):
                setattr(
                    clinic,
                    facts.column(part),
                    each or (None if part == "source" else each),
                )
        elif name == "organization":
            clinic.organization = _organization(value)
        elif name in {*CLINIC_COLUMNS, *STANDING}:
            empty = None if name in facts.FOREIGN_KEYS else ""
            setattr(clinic, facts.column(name), empty if value == "" else value)
    saying.note(clinic, said)
    _refuse_impossible(clinic)
    try:
        with transaction.atomic():
            clinic.save()
    except IntegrityError as error:
        raise ValidationError(
            _("The database does not take this together: %(why)s"),
            params={"why": str(error).strip()},
        ) from None
    _write_sets(clinic, said, CLINIC_SETS)
    _write_rows("clinic", clinic, said, CLINIC_ROWS)


def _organization(name: str) -> Organization | None:
    if not name:
        return None
    found = Organization.objects.filter(name=name).order_by("pk").first()
    return found or Organization.objects.create(name=name)


def _refuse_impossible(clinic: Clinic) -> None:
    """Say in words what the database would refuse without."""
    problems = _of_fields(clinic)
    if clinic.opening_hours:
        if problem := hours.problem(clinic.opening_hours):
            problems.append(problem)
        if not clinic.time_zone:
            problems.append(_("Opening hours need a time zone."))
    if clinic.address_is_private and clinic.point_precision not in ("", "city"):
        problems.append(_("A private address may be pinned to its town only."))
    if clinic.status == Clinic.Status.WITHDRAWN and not (
        clinic.withdrawn_reason or clinic.merged_into_id
    ):
        problems.append(_("Say why it is withdrawn."))
    if clinic.status != Clinic.Status.WITHDRAWN and clinic.merged_into_id:
        problems.append(_("It was merged into another clinic and stays withdrawn."))
    if clinic.latitude is not None and not (
        clinic.point_source and clinic.point_precision
    ):
        problems.append(_("A point says where it is from and how exact it is."))
    if problems:
        raise ValidationError(problems)


def _of_fields(thing: Clinic | Service) -> list[str]:
    try:
        thing.clean_fields()
    except ValidationError as error:
        return [
            f"{thing._meta.get_field(name).verbose_name}: {' '.join(said)}"
            for name, said in error.message_dict.items()
        ]
    return []


# --- Its services ------------------------------------------------------------------


def _write_service(service: Service, said: Facts, saying: Saying) -> None:
    for name in SERVICE_COLUMNS:
        if name in said:
            setattr(service, facts.column(name), said[name])
    saying.note(service, said)
    problems = _of_fields(service)
    if service.remote == service.in_person == "no":
        problems.append(_("A service is remote or in person: it cannot be neither."))
    low, high = service.minimum_age, service.maximum_age
    if low is not None and high is not None and low > high:
        problems.append(_("The highest age lies below the lowest."))
    if problems:
        raise ValidationError(problems)
    service.save()
    _write_sets(service, said, SERVICE_SETS)
    _write_rows("service", service, said, SERVICE_ROWS)


def _write_sets(thing: Model, said: Facts, names: Iterable[str]) -> None:
    for name in names:
        if name in said:
            getattr(thing, name).set(said[name])


def _write_rows(
    owner: str,
    thing: Model,
    said: Facts,
    relations: Mapping[str, tuple[type[Model], tuple[str, ...]]],
) -> None:
    for name, (model, parts) in relations.items():
        if name not in said:
            continue
        model.objects.filter(**{owner: thing}).delete()
        for position, values in enumerate(said[name]):
            columns = {facts.column(p): v for p, v in zip(parts, values, strict=True)}
            # No text names no source.
            if columns.get("source_id") == "":
                columns["source_id"] = None
            row = model(**{owner: thing}, **columns)
            if _has(model, "position"):
                row.position = position
            row.full_clean()
            row.save(force_insert=True)


def _has(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


# --- Whose it is, and whether it may be seen ---------------------------------------


def _hand_over(clinic: Clinic, edit: Edit, record: SourceRecord) -> None:
    """Make what was written what `record` wrote last, and no other record."""
    records = {each.pk: each for each in clinic.records.select_for_update()}
    for each in records.values():
        written = dict(each.written)
        is_it = each.pk == record.pk
        kept = without(written.get(CLINIC, {}), edit.clinic)
        written[CLINIC] = kept | edit.clinic if is_it else kept
        slots = dict(written.get(SERVICES, {}))
        for slot, entry in slots.items():
            if said := edit.services.get(entry[ID]):
                fields = without(entry[FIELDS], said)
                slots[slot] = entry | {FIELDS: fields | said if is_it else fields}
        written[SERVICES] = slots
        if written != each.written:
            each.written = written
            each.save(update_fields=["written"])


def without(said: Facts, others: Collection[str]) -> Facts:
    """`said` but for the facts named in `others`."""
    return {name: value for name, value in said.items() if name not in others}


def _refuse_private(clinic: Clinic) -> None:
    """NotPublicError where patients see the clinic and it may not be seen as it is."""
    if clinic.is_public and (reasons := why_not_public(clinic)):
        raise NotPublicError(reasons)
