"""Facts that sources propose in place of a person's: accepted or rejected."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import facts
from ..facts import ClinicState
from ..models import Change, Proposal, User
from ..models.decision import Decision
from .changing import Edit, change, locked


@dataclass(slots=True)
class Decided:
    """How many proposals were decided, and why others were not, by proposal."""

    done: int = 0
    refused: list[tuple[Proposal, list[str]]] = field(default_factory=list)


def accept(proposals: Iterable[Proposal], *, by: User, reason: str = "") -> Decided:
    """Let the clinics say what `proposals` propose; the facts are their sources' again.

    Each is accepted by itself, all as one event. Refused is, with a sentence, what was
    decided already, what the clinic cannot say, and what stands otherwise by now than
    the proposal says: that then says how it stands.
    """
    decided, event = Decided(), uuid.uuid4()
    for proposal in proposals:
        try:
            _accept(proposal, by=by, reason=reason, event=event)
        except ValidationError as error:
            decided.refused.append((proposal, error.messages))
        else:
            decided.done += 1
    return decided


def _accept(proposal: Proposal, *, by: User, reason: str, event: uuid.UUID) -> None:
    with transaction.atomic():
        clinic = locked(proposal.clinic)
        proposal = _still_open(proposal)
        state = facts.read([clinic.pk], with_records=False)[clinic.pk]
        if (said := _present(proposal, state)) == proposal.present:
            change(
                clinic,
                _edit(proposal),
                by=by,
                kind=Change.Kind.PROPOSAL,
                note=reason,
                event=event,
                record=proposal.record,
            )
            _decide([proposal], Decision.ACCEPTED, by=by, reason=reason)
            return
        proposal.present = said
        proposal.save(update_fields=["present"])
    raise ValidationError(
        _(
            "%(clinic)s says something else by now of “%(fact)s”: look at it again "
            "before you accept."
        ),
        params={"clinic": proposal.clinic, "fact": facts.label(proposal.fact)},
    )


def _still_open(proposal: Proposal) -> Proposal:
    found = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("record", "clinic")
        .filter(pk=proposal.pk)
        .first()
    )
    if found is None:
        raise ValidationError(_("This proposal is not there any more."))
    if found.decision != Decision.OPEN:
        raise ValidationError(
            _("Somebody has decided this already: %(decision)s."),
            params={"decision": found.get_decision_display()},
        )
    if found.record.clinic_id != found.clinic_id:
        raise ValidationError(_("The listing is not about this clinic any more."))
    return found


def _present(proposal: Proposal, state: ClinicState) -> object:
    if proposal.service_id is None:
        return state.facts[proposal.fact]
    return state.services[proposal.service_id].facts[proposal.fact]


def _edit(proposal: Proposal) -> Edit:
    said = {proposal.fact: proposal.proposed}
    if proposal.service_id is None:
        return Edit(clinic=said)
    return Edit(services={proposal.service_id: said})


@transaction.atomic
def reject(proposals: Iterable[Proposal], *, by: User, reason: str) -> Decided:
    """Leave the facts as they are. The same source will not propose the same again.

    Raises ValidationError without a reason. What was decided already is refused.
    """
    if not reason.strip():
        raise ValidationError(_("Say why, for those who look at it later."))
    proposals = list(proposals)
    pks = [each.pk for each in proposals]
    still_open = Proposal.objects.select_for_update().filter(
        pk__in=pks, decision=Decision.OPEN
    )
    found = {each.pk: each for each in still_open}
    _decide(list(found.values()), Decision.REJECTED, by=by, reason=reason.strip())
    said = [_("Somebody has decided this already.")]
    refused = [(each, said) for each in proposals if each.pk not in found]
    return Decided(len(found), refused)


def _decide(
    proposals: list[Proposal], decision: Decision, *, by: User, reason: str
) -> None:
    Proposal.objects.filter(pk__in=[each.pk for each in proposals]).update(
        decision=decision, decided_at=timezone.now(), decided_by=by, reason=reason
    )
