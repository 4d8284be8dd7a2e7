"""The curators' desk: Django's own admin, on our words and our rules.

Every page that writes what searches read ends in `entries.rebuild`, in the same
transaction (see `curation`).
"""

from . import aid, catalogue, clinic, organization, region, source, user  # noqa: F401
from .site import site

__all__ = ["site"]
