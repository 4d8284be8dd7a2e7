"""The curators' desk: Django's own admin, on our words and our rules.

Every page that writes what searches read ends in `entries.rebuild`, in the same
transaction (see `curation`).
"""

from . import (  # noqa: F401
    aid,
    catalogue,
    clinic,
    compact,
    imports,
    organization,
    queues,
    region,
    reports,
    sheets,
    source,
    user,
)
from .site import site

__all__ = ["site"]
