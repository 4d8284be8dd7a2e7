"""Two clinics that are one: what the one that stays takes of the other."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import facts
from ..facts import ClinicState
from ..models import (
    Change,
    Clinic,
    CoverageArea,
    Decision,
    Identifier,
    Merge,
    OldSlug,
    OtherName,
    Phone,
    PossibleDuplicate,
    Proposal,
    RecordMatch,
    Report,
    Service,
    ServiceCompact,
    SourceRecord,
    User,
    Verification,
    WebsiteCheck,
)
from ..search import entries
from . import pairs
from .journal import Journal, Owners
from .ledger import Recording, recorded
from .saying import record_person
from .verifying import repeat_newest

# Rows that the winner has already, by these columns, are let go. Each fact is named as
# in `locator.facts`.
_ONCE_A_CLINIC = {
    "phones": (Phone, ("number", "extension", "purpose")),
    "identifiers": (Identifier, ("authority", "value")),
    "other_names": (OtherName, ("name",)),
    "languages": (Clinic.languages.through, ("language_id",)),
    "payments": (Clinic.payments.through, ("paymentoption_id",)),
    "accessibility": (Clinic.accessibility.through, ("accessibilityfeature_id",)),
}
_MOVED = (
    (SourceRecord, "clinic_id"),
    (Verification, "clinic_id"),
    (Report, "clinic_id"),
    (OldSlug, "clinic_id"),
    (Clinic, "merged_into_id"),
)
# What is one for a service as the sets of `locator.facts` are.
_ONCE_A_SERVICE = ((CoverageArea, ("region_id",)), (ServiceCompact, ("compact_id",)))
_SETS_OF_SERVICES = [field.remote_field.through for field in Service._meta.many_to_many]

# What the winner takes from the loser where it has none of the group itself.
_PLACE = ("latitude", "longitude", "point_source", "point_precision")
_ADDRESS = ("street", "unit", "city", "postal_code", "region_id")
_GROUPS = (
    ("programme",),
    ("organization_id",),
    ("description",),
    ("email",),
    ("website",),
    ("booking_url",),
    ("opening_hours", "time_zone"),
    ("source_id", "source_date"),
)


@transaction.atomic
def merge(winner: Clinic, loser: Clinic, *, by: User, note: str = "") -> Merge:
    """Make `winner` of two records of one clinic; the address of `loser` leads to it.

    The winner keeps what it says and takes what it has not: names, numbers, services,
    source records, checks, reports, proposals, old addresses. A service that both have
    in the same words stays once; any other double is for a person to settle. What was
    written to the loser stays in its own history. Raises ValidationError where the two
    cannot be one.
    """
    lock(winner, loser)
    if problem := why_not_one(winner, loser):
        raise ValidationError(problem)
    both = [winner.pk, loser.pk]
    records = list(loser.records.values_list("pk", flat=True))
    journal, about = Journal(), {"kind": Change.Kind.MERGE, "by": by, "note": note}
    with recorded(both, **about) as recording:
        pairs.settle(winner, loser, PossibleDuplicate.State.MERGED, by=by, note=note)
        _unite(winner, loser, journal, by=by)
        entries.rebuild(both)
    tell_both(both, recording, **about)
    add_matches(records, winner, reasons=["merged"], by=by, event=recording.event)
    return Merge.objects.create(
        winner=winner,
        loser=loser,
        at=timezone.now(),
        by=by,
        note=note,
        event=recording.event,
        moved={"steps": journal.steps},
    )


def why_not_one(winner: Clinic, loser: Clinic) -> str:
    """Why `loser` cannot be merged into `winner`, a sentence; "" where it can."""
    if winner.pk == loser.pk:
        return _("A clinic cannot be merged with itself.")
    for clinic in (winner, loser):
        if clinic.merged_into_id:
            return _("“%(clinic)s” was merged into “%(other)s” already.") % {
                "clinic": clinic,
                "other": clinic.merged_into,
            }
    if winner.is_sample != loser.is_sample:
        return _("A sample and a real clinic are never the same.")
    if loser.is_public and not winner.is_public:
        return _(
            "Patients see “%(loser)s”, and would be led to “%(winner)s”, which they "
            "do not see. Keep the one that patients see, or publish the other first."
        ) % {"winner": winner, "loser": loser}
    return ""


def lock(*clinics: Clinic) -> None:
    """Make `clinics` say what they say now, and nobody else's to change."""
    pks = {clinic.pk for clinic in clinics}
    rows = Clinic.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    if len(list(rows.values_list("pk"))) < len(pks):
        raise ValidationError(_("One of the two is not there any more."))
    for clinic in clinics:
        clinic.refresh_from_db()


def _unite(winner: Clinic, loser: Clinic, journal: Journal, *, by: User) -> None:
    owners = {loser.pk: winner.pk}
    _take_blanks(winner, loser, journal)
    _fold_same_services(winner, loser, journal)
    got = [
        fact
        for fact, (model, key) in _ONCE_A_CLINIC.items()
        if journal.unite(model._base_manager.all(), "clinic_id", owners, key)
    ]
    if journal.move(Service.objects.all(), "clinic_id", owners):
        got.append("services")
    for model, column in _MOVED:
        journal.move(model._base_manager.all(), column, owners)
    if _keep_name(winner, loser, journal):
        got.append("other_names")
    _say(journal, winner, got, by=by)
    _withdraw_merged(loser, winner, journal, by=by)
    winner.save()
    loser.save()
    repeat_newest(winner)
    repeat_newest(loser)
    _move_proposals(winner, owners, journal)
    _move_website_check(winner, owners, journal)
    pairs.carry_over(winner, loser, journal)


def _take_blanks(winner: Clinic, loser: Clinic, journal: Journal) -> None:
    groups = list(_GROUPS)
    # The town's point of a private address must not become the point of a street.
    if not winner.address_is_private and not loser.address_is_private:
        groups += [_PLACE, _ADDRESS]
    for group in groups:
        if any(getattr(winner, name) not in (None, "") for name in group):
            continue
        journal.write(winner, **{name: getattr(loser, name) for name in group})
        said = {name.removesuffix("_id") for name in group}
        taken = {f: s for f, s in loser.field_sources.items() if f in said}
        journal.write(winner, field_sources=winner.field_sources | taken)


def _fold_same_services(winner: Clinic, loser: Clinic, journal: Journal) -> None:
    """Let go each service of `loser` that `winner` has alike; keep its coverage."""
    twins = _twins(winner, loser)
    if not twins:
        return
    for model, key in _ONCE_A_SERVICE:
        journal.unite(model.objects.all(), "service_id", twins, key)
    journal.move(SourceRecord.objects.all(), "service_id", twins)
    waiting = Proposal.objects.filter(decision=Decision.OPEN)
    journal.unite(waiting, "service_id", twins, ("record_id", "fact"))
    decided = Proposal.objects.exclude(decision=Decision.OPEN)
    journal.move(decided, "service_id", twins)
    for through in _SETS_OF_SERVICES:
        journal.drop(through._base_manager.filter(service__in=twins))
    journal.drop(Service.objects.filter(pk__in=twins))


def _twins(winner: Clinic, loser: Clinic) -> Owners:
    """For each service of `loser`, by id, one of `winner` in the same words."""
    states = facts.read([winner.pk, loser.pk], with_records=False)
    free = list(states[winner.pk].services.values())
    twins = {}
    for service in states[loser.pk].services.values():
        for twin in free:
            if _said(twin.facts) == _said(service.facts):
                twins[service.pk] = twin.pk
                break
    return twins


def _said(service: facts.Facts) -> facts.Facts:
    """All that a service says of itself, but for where it may treat."""
    return {k: value for k, value in service.items() if k not in facts.SERVICE_ROWS}


def _keep_name(winner: Clinic, loser: Clinic, journal: Journal) -> bool:
    """Keep the name of `loser` as another name; returns whether it is new there."""
    journal.drop(winner.other_names.filter(name=winner.name))
    if loser.name == winner.name:
        return False
    if winner.other_names.filter(name=loser.name).exists():
        return False
    journal.make(OtherName(clinic=winner, name=loser.name))
    return True


def _withdraw_merged(
    loser: Clinic, winner: Clinic, journal: Journal, *, by: User
) -> None:
    journal.write(
        loser,
        status=Clinic.Status.WITHDRAWN.value,
        withdrawn_reason="",
        merged_into_id=winner.pk,
    )
    _say(journal, loser, ["status", "merged_into"], by=by)


def _say(journal: Journal, clinic: Clinic, fields: Iterable[str], *, by: User) -> None:
    was = clinic.field_sources
    record_person(clinic, fields=fields, by=by)
    now, clinic.field_sources = clinic.field_sources, was
    journal.write(clinic, field_sources=now)


def _move_proposals(winner: Clinic, owners: Owners, journal: Journal) -> None:
    """What is proposed to the loser is news to the winner where it says otherwise."""
    moving = Proposal.objects.filter(clinic__in=owners)
    waiting = list(moving.filter(decision=Decision.OPEN).values_list("pk", flat=True))
    opened = Proposal.objects.filter(decision=Decision.OPEN)
    journal.unite(opened, "clinic_id", owners, ("record_id", "service_id", "fact"))
    journal.move(Proposal.objects.all(), "clinic_id", owners)
    if not waiting:
        return
    state = facts.read([winner.pk], with_records=False)[winner.pk]
    for proposal in Proposal.objects.filter(pk__in=waiting).order_by("pk"):
        _compare(proposal, state, journal)


def _compare(proposal: Proposal, state: ClinicState, journal: Journal) -> None:
    service = state.services.get(proposal.service_id)
    said = service.facts if service else state.facts
    present = said.get(proposal.fact, proposal.present)
    journal.write(proposal, present=present)
    if present == proposal.proposed:
        journal.write(
            proposal, decision=Decision.OVERTAKEN.value, decided_at=timezone.now()
        )
    proposal.save()


def _move_website_check(winner: Clinic, owners: Owners, journal: Journal) -> None:
    """What was found of a website goes with it."""
    if WebsiteCheck.objects.filter(clinic=winner).exists():
        return
    asked = WebsiteCheck.objects.filter(clinic__in=owners, url=winner.website)
    for check in asked:
        journal.drop(WebsiteCheck.objects.filter(pk=check.pk))
        check.clinic = winner
        journal.make(check)


def add_matches(records: Iterable[int], clinic: Clinic, **about) -> None:
    """Add to the history of `records`, by id, that they are about `clinic`."""
    now = timezone.now()
    RecordMatch.objects.bulk_create(
        RecordMatch(record_id=pk, clinic=clinic, at=now, **about) for pk in records
    )


def tell_both(clinics: Iterable[int], recording: Recording, **about) -> None:
    """Add to the history of a clinic that now says nothing else, that it was merged."""
    told = {change.clinic_id for change in recording.changes}
    silent = [
        Change(clinic_id=pk, at=timezone.now(), event=recording.event, **about)
        for pk in clinics
        if pk not in told
    ]
    recording.changes += Change.objects.bulk_create(silent)
