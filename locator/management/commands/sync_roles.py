"""The groups that people who work here belong to, and what each may do."""

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Model
from django.utils.translation import ngettext

from ...models import (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Clinic,
    CoverageArea,
    CrisisPhrase,
    Eligibility,
    GroupServed,
    Helpline,
    Identifier,
    ImportRun,
    Language,
    Modality,
    OfficialFinder,
    OldSlug,
    Organization,
    OtherName,
    PaymentOption,
    Phone,
    Place,
    Region,
    Service,
    ServiceType,
    Source,
    SourceRecord,
    Specialty,
    Verification,
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
HANGS_ON_A_CLINIC = (CoverageArea, Identifier, OtherName, Phone, Service)
AID = (CrisisPhrase, Helpline, OfficialFinder)
LOOKED_AT = (ImportRun, OldSlug, Place, Region, Source, SourceRecord)

Grants = dict[type[Model], str]

# What is never deleted by anyone is in no list: the admin refuses it to superusers too.
CURATORS: Grants = {
    **dict.fromkeys((*CATALOGUES, *AID, *LOOKED_AT), "view"),
    **dict.fromkeys((Clinic, Organization), "view add change"),
    **dict.fromkeys(HANGS_ON_A_CLINIC, "view add change delete"),
    Verification: "view add",
}
EDITORS: Grants = {
    **dict.fromkeys((*LOOKED_AT, *HANGS_ON_A_CLINIC, Clinic, Organization), "view"),
    **dict.fromkeys(CATALOGUES, "view add change"),
    **dict.fromkeys(AID, "view add change delete"),
    Region: "view change",
    Verification: "view",
}
OPERATORS: Grants = {
    **CURATORS,
    **dict.fromkeys(CATALOGUES, "view add change"),
    **dict.fromkeys(AID, "view add change delete"),
    **dict.fromkeys((Clinic, Organization), "view add change delete"),
    Region: "view change",
    Source: "view add change",
}
ROLES = {"Curators": CURATORS, "Editors": EDITORS, "Operators": OPERATORS}


class Command(BaseCommand):
    help = (
        "Make the groups Curators (clinics), Editors (catalogues and helplines) and "
        "Operators (both, sources, and deleting), or set them back to what they may "
        "do. Other groups, and who is in a group, stay as they are."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        for name, grants in ROLES.items():
            group, _made = Group.objects.get_or_create(name=name)
            group.permissions.set(permissions(grants))
            if options["verbosity"]:
                count = group.permissions.count()
                said = ngettext(
                    "%(role)s: %(count)d permission",
                    "%(role)s: %(count)d permissions",
                    count,
                )
                self.stdout.write(said % {"role": name, "count": count})


def permissions(grants: Grants) -> list[Permission]:
    """The permissions that `grants` names; they exist once migrations have run."""
    codenames = [
        f"{verb}_{model._meta.model_name}"
        for model, verbs in grants.items()
        for verb in verbs.split()
    ]
    return list(
        Permission.objects.filter(
            content_type__app_label="locator", codename__in=codenames
        )
    )
