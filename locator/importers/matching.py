"""Listings that wait for a person: settled, and taken back.

What a person answers is kept with their name; no machine asks about it again.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import curation, inspecting
from ..alike import Grade, compare
from ..facts import CLINIC, FIELDS, ID, SERVICES, Facts, columns_of, read
from ..models import (
    Change,
    Clinic,
    Proposal,
    RecordMatch,
    SourceRecord,
    User,
)
from ..models.decision import Decision
from . import diff
from .acquaintances import Acquaintances, face_of
from .change import ClinicChange
from .deciding import UNDONE, Answer, Held, Verdict
from .fit import Known, fitted
from .history import diff_of
from .holding import hold
from .layouts import LAYOUTS
from .listing import Listing
from .ownership import is_blank, is_newer
from .plan import Plan, Reading, held_records, under_key
from .settle import Gazetteer, settled
from .sites import Site, site_of
from .write import Act, Writer

WAITING = SourceRecord.Match.WAITING

# What speaks for a candidate, or against it, and why a record has its clinic.
REASONS = {
    "key": gettext_lazy("the same listing as before"),
    "address-on-this-site": gettext_lazy("it names the address on this site"),
    "identifier": gettext_lazy("the same identifier"),
    "name-and-address": gettext_lazy("a like name at the same address"),
    "address": gettext_lazy("the same address"),
    "name": gettext_lazy("a like name"),
    "phone": gettext_lazy("a phone number in common"),
    "other-address": gettext_lazy("but another address"),
    "other-name": gettext_lazy("but another name"),
    "other-phone": gettext_lazy("but other phone numbers"),
    "new": gettext_lazy("no clinic was like it"),
    "waiting": gettext_lazy("waits for a person"),
    "person": gettext_lazy("a person said so"),
    "merged": gettext_lazy("its clinic was merged into this one"),
    UNDONE: gettext_lazy("a person took it from this clinic"),
}
# Kept under a name of their own, in our own layout.
SAMPLES = "samples"


def waiting() -> QuerySet[SourceRecord]:
    """The records that wait, one a site."""
    earlier = SourceRecord.objects.filter(
        match=WAITING,
        layout=OuterRef("layout"),
        site_key=OuterRef("site_key"),
        pk__lt=OuterRef("pk"),
    )
    return SourceRecord.objects.filter(~Exists(earlier), match=WAITING)


def of_one_site(record: SourceRecord) -> list[SourceRecord]:
    """`record` and those of its layout that are about the same site, as it is."""
    siblings = SourceRecord.objects.filter(
        layout=record.layout,
        site_key=record.site_key,
        match=record.match,
        clinic=record.clinic_id,
    )
    if record.match != WAITING:
        siblings = SourceRecord.objects.filter(
            layout=record.layout, site_key=record.site_key, clinic=record.clinic_id
        )
    return list(siblings.order_by("pk"))


def what_it_says(records: Sequence[SourceRecord]) -> Facts:
    """The facts that the site of `records` wants a clinic to have; its services too.

    Raises ValidationError where the catalogues cannot hold what a record says.
    """
    reading = _reading(records)
    wanted = _wanted(site_of(reading.listings), reading)
    return wanted.facts | {"services": list(wanted.services.values())}


# --- Settled -----------------------------------------------------------------------


@transaction.atomic
def settle(
    records: Iterable[SourceRecord], *, clinic: Clinic | None, by: User
) -> Clinic:
    """Say for `by` that waiting `records` of one site are about `clinic`.

    None makes a new clinic of them. Raises ValidationError where they do not wait any
    more, or cannot be about it.
    """
    hold([clinic.pk] if clinic else [])
    records = _still_waiting(records)
    if clinic is not None:
        clinic = _may_be_about(clinic, records)
    reading = _reading(records)
    change = _change(reading, clinic)
    group = change.wanted.site.lead.group
    plan = Plan(
        changes=[change],
        records={each.key: each.pk for each in records},
        answers={group: Answer(Verdict.LINK, reasons=("person",))},
        held=_held(records),
    )
    act = Act(Change.Kind.MATCH, SourceRecord.Match.PERSON, by)
    Writer(plan, reading, timezone.now(), act).write(lambda share: None)
    inspecting.refresh([change.id])
    return Clinic.objects.get(pk=change.id)


def would_change(records: Sequence[SourceRecord], clinic: Clinic) -> Facts:
    """What settling `records` for `clinic` would change, as a `Change.diff`."""
    return diff_of(_change(_reading(records), clinic))


def _change(reading: Reading, clinic: Clinic | None) -> ClinicChange:
    wanted = _wanted(site_of(reading.listings), reading)
    if clinic is None:
        return diff.new_clinic(wanted)
    state = read([clinic.pk], with_records=True)[clinic.pk]
    return diff.changed_clinic(wanted, state, frozenset())


def _still_waiting(records: Iterable[SourceRecord]) -> list[SourceRecord]:
    pks = [each.pk for each in records]
    found = list(
        SourceRecord.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    )
    if not found or len(found) < len(pks):
        raise ValidationError(_("This listing is not there any more."))
    if any(each.match != WAITING for each in found):
        raise ValidationError(
            _("This listing does not wait any more: somebody has matched it.")
        )
    if len({(each.layout, each.site_key) for each in found}) > 1:
        raise ValidationError(_("These listings are not of one site."))
    return found


def _may_be_about(clinic: Clinic, records: Sequence[SourceRecord]) -> Clinic:
    clinic = Clinic.objects.filter(pk=clinic.pk).first()
    if clinic is None:
        raise ValidationError(_("This clinic is not there any more."))
    if clinic.merged_into_id:
        raise ValidationError(
            _("%(clinic)s was merged into another clinic: choose that one."),
            params={"clinic": clinic},
        )
    if clinic.is_sample != _is_sample(records):
        raise ValidationError(_("A sample and a real clinic are never one."))
    return clinic


def _held_record(record: SourceRecord) -> SourceRecord:
    """`record` as it is now, held after its clinic and the versions.

    Raises ValidationError where it went to another clinic just now.
    """
    own = SourceRecord.objects.filter(pk=record.pk)
    clinic = own.values_list("clinic", flat=True).get()
    hold([clinic] if clinic else [])
    record = own.select_for_update().get()
    if record.clinic_id != clinic:
        raise ValidationError(_("Somebody else matched this listing: look again."))
    return record


def _is_sample(records: Sequence[SourceRecord]) -> bool:
    return records[0].layout == SAMPLES


def _reading(records: Sequence[SourceRecord]) -> Reading:
    """What `records` of one site say, ready to be compared."""
    first = records[0]
    is_sample = _is_sample(records)
    layout = LAYOUTS["csv" if is_sample else first.layout]
    known = Known.read()
    newest = first.as_of
    for each in records:
        newest = each.as_of if is_newer(each.as_of, newest) else newest
    return Reading(
        layout=layout,
        layout_name=first.layout,
        source=first.source_id,
        as_of=newest,
        is_sample=is_sample,
        listings=[_listing(each, layout, known) for each in records],
        known=known,
    )


def _listing(record: SourceRecord, layout, known: Known) -> Listing:
    row = layout.again(record.raw, record.line, record.record_type)
    if isinstance(row, Listing):
        row = fitted(row, known, is_strict=False)
    if not isinstance(row, Listing):
        reason = getattr(row, "reason", "")
        raise ValidationError(
            _("The listing cannot be read any more: %(reason)s"),
            params={"reason": reason},
        )
    return under_key(row, record.key)


def _wanted(site: Site, reading: Reading):
    lead = site.lead
    return settled(
        site,
        Gazetteer.for_sites([site]),
        source=reading.source if lead.source == "" else lead.source,
        as_of=reading.as_of,
        care_types=reading.known.care_types,
    )


def _held(records: Sequence[SourceRecord]) -> dict[str, Held]:
    pks = [each.pk for each in records]
    return held_records(SourceRecord.objects.filter(pk__in=pks))


# --- Taken back --------------------------------------------------------------------


@transaction.atomic
def unmatch(
    record: SourceRecord, *, by: User, note: str = "", keeps_facts: bool = False
) -> list[SourceRecord]:
    """Take `record`, with those of its site, from its clinic: they wait again.

    The facts that the match wrote are as before; a clinic that it made becomes a
    draft. With `keeps_facts` all facts stay. Raises ValidationError where the record
    has no clinic, or facts were changed since. Returns the records.
    """
    record = _held_record(record)
    if record.clinic_id is None:
        raise ValidationError(_("This listing is matched with no clinic."))
    clinic, records = record.clinic, of_one_site(record)
    event = None if keeps_facts else _take_back(clinic, record, by=by, note=note)
    _give_back(clinic, records)
    candidates = _candidates(records, clinic)
    for each in records:
        each.clinic = each.service = None
        each.match, each.candidates, each.written = WAITING, candidates, {}
    SourceRecord.objects.bulk_update(
        records, ["clinic", "service", "match", "candidates", "written"]
    )
    now = timezone.now()
    _note_undone(records, by=by, event=event or uuid.uuid4(), at=now)
    Proposal.objects.filter(record__in=records, decision=Decision.OPEN).update(
        decision=Decision.OVERTAKEN, decided_at=now
    )
    return records


def _take_back(
    clinic: Clinic, record: SourceRecord, *, by: User, note: str
) -> uuid.UUID | None:
    """Undo what the match of `record` wrote to `clinic`; the event of doing so."""
    match = record.matches.filter(clinic=clinic, event__isnull=False).first()
    if match is None:
        raise ValidationError(
            _(
                "Nobody noted what this match wrote. You can take it back and leave "
                "the facts as they are."
            )
        )
    made = Change.objects.filter(clinic=clinic, event=match.event).first()
    if made is None:
        return None
    if made.is_first:
        if clinic.status == Clinic.Status.PUBLISHED:
            curation.to_draft(clinic, by=by)
        return None
    newest, is_undone = _newest_word(made)
    return None if is_undone else curation.undo(newest, by=by, note=note).event


def _newest_word(change: Change) -> tuple[Change, bool]:
    """The last undo of `change`, or of that undo, and whether `change` is undone."""
    is_undone = False
    while hasattr(change, "undone_by"):
        change, is_undone = change.undone_by, not is_undone
    return change, is_undone


def _give_back(clinic: Clinic, leaving: Sequence[SourceRecord]) -> None:
    """Make the other records of `clinic` own again what those that leave took over.

    Whose a field was stands with the field.
    """
    gone = {each.pk for each in leaving}
    staying = {
        each.pk: each
        for each in clinic.records.select_for_update()
        if each.pk not in gone
    }
    state = read([clinic.pk], with_records=False)[clinic.pk]
    written = {pk: each.written.setdefault(CLINIC, {}) for pk, each in staying.items()}
    _own_again(state.facts, state.field_sources, written)
    for service in state.services.values():
        written = {
            pk: entry[FIELDS]
            for pk, each in staying.items()
            for entry in each.written.get(SERVICES, {}).values()
            if entry[ID] == service.pk
        }
        _own_again(service.facts, service.field_sources, written)
    SourceRecord.objects.bulk_update(staying.values(), ["written"])


def _own_again(facts: Facts, sources: Facts, written: Mapping[int, Facts]) -> None:
    """Add to what records have `written`, by id, the facts that no record has."""
    held = {name for said in written.values() for name in said}
    for name in facts.keys() - held:
        owner = written.get(_owner(sources, name))
        if owner is not None and not is_blank(facts[name]):
            owner[name] = facts[name]


def _owner(sources: Facts, name: str) -> int | None:
    return next(
        (sources[part].get("record") for part in columns_of(name) if part in sources),
        None,
    )


def _candidates(records: Sequence[SourceRecord], clinic: Clinic) -> list[dict]:
    """What the records may be about, the clinic that they leave last."""
    reading = _reading(records)
    face = face_of(site_of(reading.listings))
    known = Acquaintances.of([face], is_sample=reading.is_sample)
    found = {}
    for pk, other in known.near(face):
        seen = compare(face, other)
        if seen.grade > Grade.NONE and pk != clinic.pk:
            found[pk] = seen
    order = sorted(found, key=lambda pk: (-found[pk].likeness, pk))
    return [
        *({"clinic": pk, "reasons": list(found[pk].reasons)} for pk in order),
        {"clinic": clinic.pk, "reasons": [UNDONE]},
    ]


def _note_undone(
    records: Iterable[SourceRecord], *, by: User, event: uuid.UUID, at: datetime
) -> None:
    RecordMatch.objects.bulk_create(
        RecordMatch(record=each, reasons=[UNDONE], at=at, by=by, event=event)
        for each in records
    )


# --- Gone from its source ----------------------------------------------------------


@transaction.atomic
def agree_gone(record: SourceRecord, *, by: User) -> bool:
    """Agree that the newer edition of its source rightly lacks `record`.

    Its clinic is withdrawn unless another source still lists it; whether it was.
    """
    record = _vanished(record)
    _seen(record)
    clinic = record.clinic
    others = clinic.records.filter(vanished_in__isnull=True)
    if clinic.status != Clinic.Status.PUBLISHED or others.exists():
        return False
    curation.withdraw(clinic, reason=Clinic.WithdrawnReason.SOURCE, by=by)
    return True


@transaction.atomic
def keep_listed(record: SourceRecord, *, by: User) -> None:
    """Keep the clinic of `record` though a newer edition of its source lacks it."""
    _seen(_vanished(record))


def _vanished(record: SourceRecord) -> SourceRecord:
    record = _held_record(record)
    if record.vanished_in_id is None or record.clinic_id is None:
        raise ValidationError(_("The source lists it again, or it has no clinic."))
    if record.vanished_seen:
        raise ValidationError(_("Somebody has seen to this already."))
    return record


def _seen(record: SourceRecord) -> None:
    record.vanished_seen = True
    record.save(update_fields=["vanished_seen"])
