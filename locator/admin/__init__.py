"""The curators' desk: Django's own admin, on our words and our rules.

Every page that writes what searches read ends in `entries.rebuild`, in the same
transaction (see `curation`).
"""

from . import (  # noqa: F401
    aid,
    catalogue,
    clinic,
    compact,
    duplicates,
    enrolment,
    gone,
    imports,
    kinds,
    matching,
    merges,
    organization,
    proposals,
    queues,
    region,
    reports,
    second_factor,
    sheets,
    source,
    user,
    verifying,
)
from .site import locked_out, site

__all__ = ["locked_out", "site"]
