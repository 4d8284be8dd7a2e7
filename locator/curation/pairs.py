"""What people decided of two clinics that looked like one."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import inspecting
from ..models import Clinic, PossibleDuplicate, User
from .journal import Journal

State = PossibleDuplicate.State
_UNDECIDED = {"state": State.OPEN, "decided_at": None, "decided_by": None, "note": ""}


@transaction.atomic
def tell_apart(one: Clinic, other: Clinic, *, by: User, note: str = "") -> None:
    """Note that these are two clinics, so that nobody is asked again.

    Raises ValidationError where they are one by now, or are the same to begin with.
    """
    if one.pk == other.pk:
        raise ValidationError(_("It takes two clinics to tell them apart."))
    pks = sorted([one.pk, other.pk])
    rows = Clinic.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    for pk, merged_into in rows.values_list("pk", "merged_into"):
        if merged_into in pks:
            raise ValidationError(
                _("They were merged by now. Take the merge back first."), code=str(pk)
            )
    settle(one, other, State.DIFFERENT, by=by, note=note)


@transaction.atomic
def ask_again(one: Clinic, other: Clinic) -> None:
    """Take it back that two clinics were told apart: they are compared again."""
    first, second = sorted([one.pk, other.pk])
    pair = PossibleDuplicate.objects.filter(first=first, second=second)
    if not pair.filter(state=State.DIFFERENT).update(**_UNDECIDED):
        raise ValidationError(_("Nobody has told these two apart."))
    inspecting.refresh([first, second])


def settle(one: Clinic, other: Clinic, state: State, *, by: User, note: str) -> None:
    """Write what `by` decided of two clinics, whether or not they were offered."""
    first, second = sorted([one.pk, other.pk])
    now = timezone.now()
    decided = {"state": state, "decided_at": now, "decided_by": by, "note": note}
    PossibleDuplicate.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults=decided,
        create_defaults=decided | {"found_at": now},
    )


def reopen(one: Clinic, other: Clinic) -> None:
    """Offer two clinics again that a merge had made one."""
    first, second = sorted([one.pk, other.pk])
    PossibleDuplicate.objects.filter(
        first=first, second=second, state=State.MERGED
    ).update(**_UNDECIDED)


def carry_over(winner: Clinic, loser: Clinic, journal: Journal) -> None:
    """Whom a person told apart from `loser` is not `winner` either.

    The loser's own pairs stay, for the day that the merge is taken back.
    """
    apart = PossibleDuplicate.objects.filter(
        Q(first=loser) | Q(second=loser), state=State.DIFFERENT
    )
    for pair in apart.order_by("pk"):
        other = pair.second_id if pair.first_id == loser.pk else pair.first_id
        if other != winner.pk:
            _tell_winner_apart(winner, other, pair, journal)


def _tell_winner_apart(
    winner: Clinic, other: int, pair: PossibleDuplicate, journal: Journal
) -> None:
    first, second = sorted([winner.pk, other])
    decided = {
        "state": pair.state,
        "decided_at": pair.decided_at,
        "decided_by_id": pair.decided_by_id,
        "note": pair.note,
    }
    held = PossibleDuplicate.objects.filter(first=first, second=second).first()
    if held is None:
        journal.make(
            PossibleDuplicate(
                first_id=first, second_id=second, found_at=pair.found_at, **decided
            )
        )
    elif held.state == State.OPEN:
        journal.write(held, **decided)
        held.save()
