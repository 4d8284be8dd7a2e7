"""Writes that touch several models: publish, withdraw, verify, move, merge, change.

Each is one transaction that ends with search entries that are true and with a row of
`Change` for each clinic. What a person writes is kept with their name and the day,
field by field (`record_person`).
"""

from . import aging, covering
from .addresses import all_slugs, free_slug, move, slug_problem
from .changing import Edit, change
from .ledger import recorded
from .merging import merge, why_not_one
from .pairs import ask_again, tell_apart
from .publishing import (
    NotPublicError,
    publish,
    to_draft,
    why_not_public,
    with_public_facts,
    withdraw,
    withdraw_samples,
)
from .saying import record_person
from .undoing import undo, why_not_undo
from .unmerging import ChangedSinceError, changed_since, unmerge, why_not_unmerge
from .verifying import unverify, verify, verify_many

__all__ = [
    "ChangedSinceError",
    "Edit",
    "NotPublicError",
    "aging",
    "all_slugs",
    "ask_again",
    "change",
    "changed_since",
    "covering",
    "free_slug",
    "merge",
    "move",
    "publish",
    "record_person",
    "recorded",
    "slug_problem",
    "tell_apart",
    "to_draft",
    "undo",
    "unmerge",
    "unverify",
    "verify",
    "verify_many",
    "why_not_one",
    "why_not_public",
    "why_not_undo",
    "why_not_unmerge",
    "with_public_facts",
    "withdraw",
    "withdraw_samples",
]
