"""What a plan does, case by case, as plain values for pages that show it.

Facts are named and written as in `locator.facts`, differences as in `Change.diff`.
"""

from collections.abc import Iterator
from typing import Any

from ..facts import chunks
from ..models import Clinic
from .history import diff_of
from .plan import Plan

Case = dict[str, Any]


def changed(plan: Plan) -> list[Case]:
    """Clinics that we have and that would say something else."""
    return [
        {
            "clinic": change.pk,
            "name": change.before.get("name") or change.wanted.facts["name"],
            "slug": change.slug,
            "line": change.wanted.site.lead.line,
            "diff": diff_of(change),
            "status_before": change.status_before,
            "status": change.status,
        }
        for change in plan.changes
        if change.is_felt and not change.is_new
    ]


def new(plan: Plan) -> list[Case]:
    """Clinics that would be made; `clinic` is their id, 0 in a dry run."""
    return [
        {
            "clinic": change.id,
            "name": change.facts["name"],
            "city": change.facts["city"],
            "region": change.facts["region"],
            "line": change.wanted.site.lead.line,
            "services": len(change.services),
            "status": change.status,
        }
        for change in plan.changes
        if change.is_new
    ]


def waiting(plan: Plan) -> list[Case]:
    """Listings that a person has to match, each with the clinics that it may be."""
    pks = {each["clinic"] for one in plan.waiting for each in one.candidates}
    names = _names(pks)
    return [
        {
            "name": one.site.facts["name"],
            "street": one.site.facts["street"],
            "city": one.site.facts["city"],
            "region": one.site.facts["region"],
            "line": one.site.lead.line,
            "candidates": [
                each | names[each["clinic"]]
                for each in one.candidates
                if each["clinic"] in names
            ],
        }
        for one in plan.waiting
    ]


def _names(pks: set[int]) -> dict[int, Case]:
    found: dict[int, Case] = {}
    for some in chunks(sorted(pks)):
        rows = Clinic.objects.filter(pk__in=some)
        for row in rows.values("pk", "name", "slug", "street", "city"):
            found[row.pop("pk")] = row
    return found


def proposals(plan: Plan) -> list[Case]:
    """Facts that a person wrote and the file says otherwise."""
    return list(_proposals(plan))


def _proposals(plan: Plan) -> Iterator[Case]:
    for change in plan.changes:
        for left in change.left:
            yield {
                "clinic": change.pk,
                "name": change.before.get("name") or change.wanted.facts["name"],
                "slug": change.slug,
                "line": left.listing.line,
                "service": left.service,
                "fact": left.fact,
                "present": left.present,
                "proposed": left.proposed,
            }
