"""Clinics that may be one: who they are, side by side, and what a person decides."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from .. import curation, queues
from ..inspecting.duplicates import likeness
from ..inspecting.likeness import Likeness
from ..models import Clinic, Merge, Phone, PossibleDuplicate
from ..queues.of_others import REASONS
from ..telling.wording import phone_line
from . import history, side_by_side
from .side_by_side import Comparison
from .site import site

LOOK = ("locator.view_possibleduplicate", "locator.merge_clinic")
PAIRS_A_PAGE = 50
State = PossibleDuplicate.State


class DecisionForm(forms.Form):
    """Which of two clinics stays, and why; `seen` is what the page showed of both."""

    keep = forms.TypedChoiceField(
        label=gettext_lazy("Which one stays?"), coerce=int, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=gettext_lazy("For the desk alone: how you know."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, compared: Comparison, **kwargs) -> None:
        seen = _seen(compared)
        initial = {"keep": compared.better.clinic.pk, "seen": seen}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["keep"].choices = [
            (side.clinic.pk, f"{letter}: {side.clinic}")
            for letter, side in zip("AB", compared.sides, strict=True)
        ]
        self.now_seen = seen

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.now_seen:
            raise ValidationError(
                _(
                    "One of the two was changed while this page was open. It shows "
                    "them as they are now: look again, then decide."
                )
            )
        return self.now_seen


def _seen(compared: Comparison) -> str:
    return " ".join(history.seen(side.clinic) for side in compared.sides)


# --- The list ----------------------------------------------------------------------


@site.page("duplicates/", name="duplicates", permission=LOOK)
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of clinics by what was decided of them, the likeliest first."""
    asked = request.GET.get("state", "")
    state = asked if asked in State.values else State.OPEN
    page = Paginator(_pairs(state), PAIRS_A_PAGE).get_page(request.GET.get("p"))
    return site.render(
        request,
        "admin/duplicates.html",
        title=_("Clinics that may be one"),
        states=State.choices,
        state=state,
        page=page,
        pairs=[_Listed.of(pair) for pair in page],
    )


def _pairs(state: str):
    pairs = PossibleDuplicate.objects.filter(state=state)
    order = ("-likeness", "pk") if state == State.OPEN else ("-decided_at", "-pk")
    both = ("first__region", "second__region", "decided_by")
    return pairs.select_related(*both).order_by(*order)


@dataclass(frozen=True, slots=True)
class _Listed:
    pair: PossibleDuplicate
    clinics: list[tuple[Clinic, str, str]]
    reasons: list[str]
    percent: int

    @classmethod
    def of(cls, pair: PossibleDuplicate):
        return cls(
            pair,
            [
                (each, side_by_side.town_of(each), each.get_status_display())
                for each in (pair.first, pair.second)
            ],
            [str(REASONS.get(code, code)) for code in pair.reasons],
            round(pair.likeness * 100),
        )


# --- One pair ----------------------------------------------------------------------


@site.page("duplicates/<int:pk>/", name="duplicate", permission=LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Two clinics that were found to be alike."""
    pairs = PossibleDuplicate.objects.select_related("decided_by")
    pair = get_object_or_404(pairs, pk=pk)
    return _Decision(request, pair.first_id, pair.second_id, pair).answer()


@site.page("merge/<int:one>/<int:other>/", name="merge", permission=LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_two(request: HttpRequest, one: int, other: int) -> HttpResponse:
    """Any two clinics that somebody takes for one."""
    if one == other:
        messages.error(request, _("A clinic cannot be merged with itself."))
        return redirect("admin:locator_clinic_changelist")
    pairs = PossibleDuplicate.objects.select_related("decided_by")
    pair = pairs.filter(first=min(one, other), second=max(one, other)).first()
    return _Decision(request, one, other, pair).answer()


class _Decision:
    """The page of two clinics, and what a person sends from it."""

    def __init__(
        self,
        request: HttpRequest,
        one: int,
        other: int,
        pair: PossibleDuplicate | None,
    ) -> None:
        self.request, self.pair = request, pair
        clinics = Clinic.objects.select_related("region", "verified_by", "merged_into")
        self.one = get_object_or_404(clinics, pk=one)
        self.other = get_object_or_404(clinics, pk=other)
        self.compared = side_by_side.compare(self.one, self.other)
        self.problems: list[str] = []

    def answer(self) -> HttpResponse:
        form = DecisionForm(compared=self.compared)
        if self.request.method == "POST":
            form = DecisionForm(self.request.POST, compared=self.compared)
            if done := self._done(form):
                return done
            # Sent again, the page has seen what it shows now.
            form.data = form.data.copy()
            form.data["seen"] = form.now_seen
        return self._page(form)

    def _done(self, form: DecisionForm) -> HttpResponse | None:
        """Where to go after the decision; None where it was not taken."""
        actions: Mapping[str, tuple[str, Callable]] = {
            "merge": ("locator.merge_clinic", self._merge),
            "two": ("locator.change_possibleduplicate", self._tell_apart),
            "again": ("locator.change_possibleduplicate", self._ask_again),
        }
        permission, act = actions.get(self.request.POST.get("decision"), ("", None))
        if act is None:
            self.problems = [_("Choose what to do: merge them, or say they are two.")]
            return None
        if not self.request.user.has_perm(permission):
            raise PermissionDenied
        if not form.is_valid():
            self.problems = [m for said in form.errors.values() for m in said]
            return None
        if self._is_others:
            self.problems = [
                _("Somebody else is at work on this pair. Take another one.")
            ]
            return None
        try:
            return act(form.cleaned_data)
        except ValidationError as error:
            self.problems = error.messages
            return None

    @property
    def _is_open(self) -> bool:
        return bool(self.pair) and self.pair.state == State.OPEN

    @property
    def _is_others(self) -> bool:
        if not self._is_open:
            return False
        item = str(self.pair.pk)
        return queues.claimed(self.request, "duplicates", item).is_others

    def _merge(self, said: dict) -> HttpResponse:
        winner, loser = self.one, self.other
        if said["keep"] == loser.pk:
            winner, loser = loser, winner
        done = curation.merge(winner, loser, by=self.request.user, note=said["note"])
        self._tell(
            _("“%(loser)s” is merged into “%(winner)s”."),
            reverse("admin:unmerge", args=[done.pk]),
            _("Take it back"),
            winner=winner,
            loser=loser,
        )
        return self._next(winner)

    def _tell_apart(self, said: dict) -> HttpResponse:
        who = {"by": self.request.user, "note": said["note"]}
        curation.tell_apart(self.one, self.other, **who)
        self._tell(
            _("Noted: “%(one)s” and “%(other)s” are two clinics."),
            reverse("admin:merge", args=[self.one.pk, self.other.pk]),
            _("Look again"),
            one=self.one,
            other=self.other,
        )
        return self._next(self.one)

    def _ask_again(self, said: dict) -> HttpResponse:
        curation.ask_again(self.one, self.other)
        messages.success(self.request, _("The pair is compared like others again."))
        return redirect("admin:merge", self.one.pk, self.other.pk)

    def _tell(self, sentence: str, link: str, words: str, **names: Clinic) -> None:
        said = sentence % names
        told = format_html('{} <a href="{}">{}</a>', said, link, words)
        messages.success(self.request, told)

    def _next(self, clinic: Clinic) -> HttpResponse:
        """To the next pair, for who works on the queue; else to the clinic."""
        if self._is_open and self.request.resolver_match.url_name == "duplicate":
            return redirect(queues.next_address("duplicates"))
        return redirect("admin:locator_clinic_change", clinic.pk)

    def _page(self, form: DecisionForm) -> HttpResponse:
        user, pair = self.request.user, self.pair
        is_apart = bool(pair) and pair.state == State.DIFFERENT
        why_not = _why_never(self.one, self.other)
        return site.render(
            self.request,
            "admin/duplicate.html",
            title=_("One clinic, or two?"),
            pair=pair,
            item=str(pair.pk) if self._is_open else "",
            compared=self.compared,
            evidence=list(_evidence(self.compared, likeness(self.one, self.other))),
            form=form,
            problems=self.problems,
            merge=_merge_of(self.one, self.other),
            why_not=why_not,
            is_apart=is_apart,
            may_merge=user.has_perm("locator.merge_clinic") and not why_not,
            may_decide=user.has_perm("locator.change_possibleduplicate"),
            status=409 if self.problems else 200,
        )


def _why_never(one: Clinic, other: Clinic) -> str:
    """Why neither can be merged into the other; "" where one of them can."""
    ways = [curation.why_not_one(one, other), curation.why_not_one(other, one)]
    return ways[0] if all(ways) else ""


def _merge_of(one: Clinic, other: Clinic) -> Merge | None:
    """The merge that made these two one, if it still holds."""
    if other.pk == one.merged_into_id:
        one, other = other, one
    if other.merged_into_id != one.pk:
        return None
    merges = Merge.objects.filter(winner=one, loser=other, undone_at=None)
    return merges.select_related("by", "winner", "loser").first()


def _evidence(compared: Comparison, alike: Likeness | None) -> Iterator[str]:
    """Why two clinics may be one, and why not, a sentence each."""
    if alike is None:
        return
    for number in sorted(alike.phones):
        phone = phone_line(Phone(number=number), is_sample=False).text
        yield _("Both have the phone number %s.") % phone
    for authority, value in sorted(alike.identifiers):
        yield _("Both have the identifier %s.") % f"{authority} {value}"
    if "name-and-place" in alike.reasons:
        yield _("Their names are alike, and they stand at one place.")
    if alike.is_one_address:
        yield _("Their street addresses are the same, suites aside.")
    elif alike.km is not None:
        yield _("Their points are %s apart.") % _distance(alike.km)
    if alike.may_have_moved:
        yield _(
            "Their names are alike, and they are in one town, listed by different "
            "sources: one clinic may have moved."
        )
    if alike.is_listed_twice:
        yield _(
            "Against it: one source lists both. They may be two programmes of one "
            "house, each with its own team."
        )
    statuses = {side.clinic.is_sample for side in compared.sides}
    if len(statuses) > 1:
        yield _("Against it: one of them is a sample, not real.")


def _distance(km: float) -> str:
    return _("%d m") % round(km * 1000) if km < 1 else _("%.1f km") % km


# --- From the list of clinics ------------------------------------------------------


@admin.action(
    description=gettext_lazy("Merge two clinics that are one"), permissions=["merge"]
)
def merge_chosen(desk, request, clinics):
    """Go to the page of the two that were chosen."""
    chosen = list(clinics.order_by("pk").values_list("pk", flat=True)[:3])
    if len(chosen) != 2:
        said = _("Choose exactly two clinics to merge.")
        desk.message_user(request, said, messages.ERROR)
        return None
    return redirect("admin:merge", *chosen)
