"""Many listings of one kind, accepted together after a look at a sample of them."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..ages import Age
from ..models import Clinic, Organization, Region, Source, User
from ..models.dates import worded
from .aging import of_age
from .verifying import verify_many

SAMPLE = 20
# More are too long for one write, and too unlike for one look.
MOST_OF_A_KIND = 1000
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """Clinics of one organization, or of one edition of a source in one region.

    One of the two is "" or None; what neither holds for is no kind.
    """

    organization: int | None = None
    source: str = ""
    edition: str = ""
    region: str = ""

    def __str__(self) -> str:
        if self.organization:
            return str(Organization.objects.filter(pk=self.organization).first() or "–")
        source = Source.objects.filter(pk=self.source).first()
        region = Region.objects.filter(pk=self.region).first()
        told = {"source": source and source.short_name, "region": region or "–"}
        told["edition"] = worded(self.edition) if self.edition else "–"
        return _("%(source)s, %(edition)s: %(region)s") % told


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kind, by its name, and how many of it wait."""

    kind: Kind
    name: str
    count: int


def of_kind(kind: Kind, now: datetime) -> QuerySet[Clinic]:
    """The public clinics of `kind` that nobody verified lately."""
    waiting = _waiting(now)
    if kind.organization:
        return waiting.filter(organization=kind.organization)
    return waiting.filter(
        source=kind.source, source_date=kind.edition, region=kind.region
    )


def _waiting(now: datetime) -> QuerySet[Clinic]:
    return Clinic.objects.published().real().exclude(of_age(Age.FRESH, now)).order_by()


def organizations(now: datetime) -> list[Waiting]:
    """Organizations with several clinics that wait, most first."""
    rows = _waiting(now).filter(organization__isnull=False)
    rows = rows.values_list("organization", "organization__name")
    rows = rows.annotate(count=Count("pk")).filter(count__gt=1)
    return [
        Waiting(Kind(organization=pk), name, count)
        for pk, name, count in rows.order_by("-count", "organization__name")[
            :MOST_SHOWN
        ]
    ]


def editions(now: datetime) -> list[Waiting]:
    """What waits of each edition of a source, region by region, most first."""
    by = ("source", "source__short_name", "source_date", "region", "region__name")
    rows = _waiting(now).filter(~Q(source_date=""), region__isnull=False)
    rows = rows.values(*by).annotate(count=Count("pk")).filter(count__gt=1)
    return [
        Waiting(
            Kind(
                source=row["source"], edition=row["source_date"], region=row["region"]
            ),
            _("%(source)s, %(edition)s: %(region)s")
            % {
                "source": row["source__short_name"],
                "edition": worded(row["source_date"]),
                "region": row["region__name"],
            },
            row["count"],
        )
        for row in rows.order_by("-count", "region__name")[:MOST_SHOWN]
    ]


def draw(kind: Kind, now: datetime) -> tuple[list[int], int]:
    """A sample of `kind` to look at, by chance, in the order drawn; how many it is of.

    ValidationError where the kind is too large, or nothing of it waits.
    """
    pks = list(of_kind(kind, now).order_by("pk").values_list("pk", flat=True))
    if not pks:
        raise ValidationError(_("Nothing of this kind waits any more."))
    if len(pks) > MOST_OF_A_KIND:
        raise ValidationError(
            _("%(count)d are too many to accept at once: choose a kind of %(most)d."),
            params={"count": len(pks), "most": MOST_OF_A_KIND},
        )
    chance = random.SystemRandom()
    return chance.sample(pks, min(SAMPLE, len(pks))), len(pks)


def accept(
    kind: Kind,
    *,
    sample: Sequence[int],
    total: int,
    right: Collection[int],
    by: User,
    method: Clinic.Method,
    at: datetime,
    now: datetime,
    note: str = "",
) -> int:
    """Verify all of `kind`, of which `by` looked at `sample`; how many that were.

    The sample is checked by `method`, the others by that sample alone.

    ValidationError, with nothing written, where any of the sample is not among the
    `right` ones, and where more wait than the `total` that it was drawn from.
    """
    if set(sample) - set(right) or not sample:
        raise ValidationError(
            _("Every clinic of the sample must be right. Nothing was recorded.")
        )
    pks = list(of_kind(kind, now).order_by("pk").values_list("pk", flat=True))
    if len(pks) > total:
        raise ValidationError(
            _("More of this kind wait now: look at another sample of them.")
        )
    told = _note(kind, len(sample), total, note)
    looked_at = verify_many(sample, by=by, method=method, at=at, note=told)
    # Of the others nobody looked at one, and their pages say so.
    others = set(pks) - set(sample)
    sampled = Clinic.Method.SAMPLED
    return looked_at + verify_many(others, by=by, method=sampled, at=at, note=told)


def _note(kind: Kind, looked_at: int, total: int, note: str) -> str:
    told = ngettext(
        "Accepted with all %(total)d of “%(kind)s” after a look at %(looked_at)d of "
        "them. %(note)s",
        "Accepted with all %(total)d of “%(kind)s” after a look at %(looked_at)d of "
        "them. %(note)s",
        total,
    ) % {"total": total, "kind": kind, "looked_at": looked_at, "note": note}
    return told.strip()
