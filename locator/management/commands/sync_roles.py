"""The roles of people who work here, and what each may do."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...models import (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Change,
    Clinic,
    Compact,
    CompactMember,
    CoverageArea,
    CrisisPhrase,
    Eligibility,
    GroupServed,
    Helpline,
    Identifier,
    ImportRun,
    Inspection,
    Language,
    Merge,
    Modality,
    OfficialFinder,
    OldSlug,
    Organization,
    OtherName,
    PaymentOption,
    Phone,
    Place,
    PossibleDuplicate,
    Proposal,
    RecordMatch,
    RecordVersion,
    Region,
    Report,
    Service,
    ServiceCompact,
    ServiceType,
    Source,
    SourceRecord,
    Specialty,
    Task,
    User,
    Verification,
    WebsiteCheck,
)

CATALOGUES = (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Eligibility,
    GroupServed,
    Language,
    Modality,
    PaymentOption,
    ServiceType,
    Specialty,
)
HANGS_ON_A_CLINIC = (
    CoverageArea,
    Identifier,
    OtherName,
    Phone,
    Service,
    ServiceCompact,
)
AID = (CrisisPhrase, Helpline, OfficialFinder)
LOOKED_AT = (
    Change,
    Compact,
    CompactMember,
    ImportRun,
    Inspection,
    Merge,
    OldSlug,
    Place,
    RecordMatch,
    RecordVersion,
    Region,
    Source,
    SourceRecord,
    Verification,
    WebsiteCheck,
)

Grants = dict[type[Model], str]

# What is never deleted by anyone is in no list: the admin refuses it to superusers too.
CONTRIBUTOR: Grants = {
    **dict.fromkeys((*CATALOGUES, *AID, *LOOKED_AT), "view"),
    # Drafts alone: see `ClinicAdmin.has_change_permission`.
    Clinic: "view add change",
    Organization: "view add",
    **dict.fromkeys(HANGS_ON_A_CLINIC, "view add change delete"),
}
CURATOR: Grants = {
    **CONTRIBUTOR,
    Clinic: "view add change publish verify merge undo",
    Organization: "view add change",
    **dict.fromkeys((PossibleDuplicate, Proposal, Report, SourceRecord), "view change"),
    Verification: "view add",
}


def _auditor() -> Grants:
    return dict.fromkeys([*apps.get_app_config("locator").get_models(), Group], "view")


def _manager() -> Grants:
    # All that the others hold: nobody gives a role that allows more than their own.
    return {
        **_auditor(),
        **CURATOR,
        **dict.fromkeys(CATALOGUES, "view add change"),
        **dict.fromkeys((*AID, CompactMember), "view add change delete"),
        Clinic: "view add change delete publish verify merge undo",
        Organization: "view add change delete",
        **dict.fromkeys((Compact, Source, Task, User), "view add change"),
        Region: "view change",
    }


@dataclass(frozen=True, slots=True)
class Role:
    """What a group of people may do, and the name that the group once had."""

    grants: Grants
    does: str
    former: str = ""


def roles() -> dict[str, Role]:
    """Every role by the name of its group."""
    return {
        "contributor": Role(CONTRIBUTOR, _("writes drafts and publishes nothing")),
        "curator": Role(
            CURATOR,
            _("publishes, verifies, merges, undoes, and settles what waits"),
            former="Curators",
        ),
        "manager": Role(
            _manager(),
            _("that, and imports, sources, catalogues, compacts, helplines, people"),
            former="Operators",
        ),
        "auditor": Role(_auditor(), _("sees everything and changes nothing")),
    }


class Command(BaseCommand):
    help = (
        "Make the groups contributor, curator, manager and auditor, or set them back "
        "to what they may do. People of the former groups Curators and Operators "
        "become curators and managers. Other groups, and who is in a group, stay as "
        "they are."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        for name, role in roles().items():
            said = list(_move_over(role.former, name)) if role.former else []
            group, _made = Group.objects.get_or_create(name=name)
            group.permissions.set(permissions(role.grants))
            said.append(f"{name}: {role.does}")
            if options["verbosity"]:
                self.stdout.write("\n".join(said))
        for sentence in _leave_editors():
            if options["verbosity"]:
                self.stdout.write(sentence)


def _move_over(former: str, name: str) -> Iterator[str]:
    """Let everyone of the group `former` be in `name` instead; says so."""
    old = Group.objects.filter(name=former).first()
    if old is None:
        return
    people = old.user_set.count()
    new, _made = Group.objects.get_or_create(name=name)
    new.user_set.add(*old.user_set.all())
    old.delete()
    said = ngettext(
        "%(former)s are now the role %(role)s, with %(people)d person.",
        "%(former)s are now the role %(role)s, with %(people)d people.",
        people,
    )
    yield said % {"former": former, "role": name, "people": people}


def _leave_editors() -> Iterator[str]:
    """The former group Editors has no heir: it stays while somebody works by it.

    Its people edit catalogues and helplines. Only a manager may that now, who may do
    much more, which nobody gave them.
    """
    editors = Group.objects.filter(name="Editors").first()
    if editors is None:
        return
    if people := editors.user_set.count():
        said = ngettext(
            "Editors is no role any more. Its %d person keeps what it allowed: give "
            "them a role, and the group goes.",
            "Editors is no role any more. Its %d people keep what it allowed: give "
            "them roles, and the group goes.",
            people,
        )
        yield said % people
    else:
        editors.delete()
        yield _("Editors is no role any more: the empty group is gone.")


def permissions(grants: Grants) -> list[Permission]:
    """The permissions that `grants` names; they exist once migrations have run."""
    named = Q(pk=None)
    for model, verbs in grants.items():
        meta = model._meta
        named |= Q(
            content_type__app_label=meta.app_label,
            codename__in=[f"{verb}_{meta.model_name}" for verb in verbs.split()],
        )
    return list(Permission.objects.filter(named))
