"""The curators' desk: Django's own admin, on our words and our rules.

Every page that writes what searches read ends in `entries.rebuild`, in the same
transaction (see `curation`).

Where to look:
- the site, who may enter, what its pages share: `site`, `desk`, `gate`, `login`,
  `second_factor`, `enrolment`, `people`, `user`;
- a clinic's list and form: `clinic`, `clinic_…`, `inline_forms`, `coverage`, `pins`,
  `hours_editor`, `provenance`;
- facts before and after, and undo: `diffs`, `history`;
- what waits: `queues`, `matching`, `duplicates` (`side_by_side`), `merges`, `gone`,
  `proposals`, `reports` (`report_facts`);
- checks: `verifying`, `checklist`, `kinds`, `attesting`;
- files: `imports`, `sheets`, `tasks` (`task_lines`);
- lists that a manager edits: `catalogue`, `compact`, `region`, `aid`, `organization`,
  `source`.
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
    tasks,
    user,
    verifying,
)
from .site import locked_out, site

__all__ = ["locked_out", "site"]
