"""One queue of work: what waits in it, in which order, and what an item is called."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model, QuerySet
from django.urls import reverse

from ..models import User
from .claims import Held, held, running

# Counting on would cost more than the number tells.
MOST_COUNTED = 1000
# Where the next item is looked for; more are never claimed at once.
MOST_LOOKED_THROUGH = 500


# As exactly as it is known: a moment, a day, or the date that a source gives.
Moment = date | datetime | str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `key` names it within its queue, `address` is where to do it."""

    key: str
    title: str
    where: str
    why: str
    since: Moment
    address: str
    held: Held


@dataclass(frozen=True, slots=True)
class Count:
    """How many items wait; where `is_more`, at least that many."""

    number: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.is_more else ''}"


# What a queue says of one of its rows: title, where, why, since when.
Told = tuple[str, str, str, Moment]


@dataclass(frozen=True, slots=True)
class Queue:
    """A kind of work. `rows` are its items in order of work, cheap to count.

    `key` is the row's attribute that names the item, `region` the look-up of its
    region ("" where it has none), `since` that of its age. `tell` says what a row is
    about, reading nothing that `rows` did not. `steps` are codes and labels of parts
    of the queue; `rows` takes one, or "". `page` is the URL name of an item's page;
    without one the item is a clinic, and the page its form. `machine` is the kind of
    task that looks for new items.
    """

    code: str
    title: str
    why: str
    permission: str
    looking: str
    rows: Callable[[str], QuerySet]
    tell: Callable[[Model], Told]
    key: str = "pk"
    region: str = "region"
    since: str = ""
    steps: tuple[tuple[str, str], ...] = ()
    page: str = ""
    machine: str = ""

    # --- Who ---------------------------------------------------------------------

    def may_work(self, person: User) -> bool:
        return person.has_perm(self.permission)

    def may_look(self, person: User) -> bool:
        return self.may_work(person) or person.has_perm(self.looking)

    # --- What --------------------------------------------------------------------

    def waiting(self, *, step: str = "", region: str = "") -> QuerySet:
        """What waits, in order of work, of one step and one region if asked."""
        rows = self.rows(step)
        return rows.filter(**{self.region: region}) if region and self.region else rows

    def count(self) -> Count:
        return counted(self.waiting())

    def oldest(self) -> Moment:
        """Since when the oldest item waits, where the queue knows."""
        if not self.since:
            return None
        rows = self.waiting().order_by(self.since)
        return rows.values_list(self.since, flat=True).first()

    def some(self, rows: QuerySet, first: int, most: int) -> list[Model]:
        """At most so many of `rows`, from `first` on; two queries.

        Their keys are sorted by themselves: whole rows would take three times as long.
        """
        pks = list(rows.values_list("pk", flat=True)[first : first + most])
        found = rows.order_by().in_bulk(pks)
        return [found[pk] for pk in pks if pk in found]

    def items(self, rows: Iterable[Model], person: User) -> list[Item]:
        """`rows` as things to do, with who has them; one query."""
        claims = running(self.code)
        return [self._item(row, claims, person) for row in rows]

    def _item(self, row: Model, claims: dict, person: User) -> Item:
        key = str(getattr(row, self.key))
        claim = claims.get(key)
        who = held(claim, person) if claim else Held(self.code, key)
        return Item(key, *self.tell(row), self.address(key), who)

    def address(self, key: str) -> str:
        """Where the item is worked on."""
        if self.page:
            return reverse(f"admin:{self.page}", args=[key])
        form = reverse("admin:locator_clinic_change", args=[key])
        return f"{form}?queue={self.code}"

    # --- Which -------------------------------------------------------------------

    def has(self, key: str) -> bool:
        """Whether the item still waits."""
        return self.among([key]).exists()

    def among(self, keys: Iterable[str]) -> QuerySet:
        """Those of `keys` that still wait."""
        numbers = [int(key) for key in keys if key.isdecimal() and len(key) < 19]
        return self.waiting().filter(**{f"{self.key}__in": numbers})

    def taken(self, person: User, who: str, rows: QuerySet) -> QuerySet:
        """Those of `rows` that nobody else has ("free"), or that `person` has."""
        claims = running(self.code).values()
        mine = [claim.item for claim in claims if claim.by_id == person.pk]
        others = [claim.item for claim in claims if claim.by_id != person.pk]
        if who == "mine":
            return rows.filter(**{f"{self.key}__in": mine})
        return rows.exclude(**{f"{self.key}__in": others}) if who == "free" else rows

    def free_keys(
        self, person: User, *, after: str = "", step: str = "", region: str = ""
    ) -> list[str]:
        """Items that no other has, in order of work, those behind `after` first."""
        rows = self.waiting(step=step, region=region)
        keys = [
            str(key)
            for key in rows.values_list(self.key, flat=True)[:MOST_LOOKED_THROUGH]
        ]
        claims = running(self.code).values()
        others = {claim.item for claim in claims if claim.by_id != person.pk}
        turn = keys.index(after) + 1 if after in keys else 0
        return [
            key
            for key in (*keys[turn:], *keys[:turn])
            if key not in others and key != after
        ]


def counted(rows: QuerySet, most: int = MOST_COUNTED) -> Count:
    """How many `rows` there are, counted no farther than tells."""
    number = rows.order_by()[: most + 1].count()
    return Count(min(number, most), number > most)
