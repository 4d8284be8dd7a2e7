"""A clinic's address on this site: given once, changed with a redirect."""

from collections.abc import Collection
from itertools import count

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..models import Change, Clinic, OldSlug, User
from ..search import entries
from .ledger import recorded
from .saying import record_person

LONGEST_SLUG = Clinic._meta.get_field("slug").max_length
ROOM_FOR_A_NUMBER = len("-99999")


def free_slug(
    name: str, city: str, region: str, *, taken: Collection[str] | None = None
) -> str:
    """An address that no clinic has or had: "river-clinic-austin-tx", then "…-2".

    `region` is an ISO 3166 code or "". With `taken` nothing is read from the database:
    it must hold `all_slugs()`, and the caller adds the answer to it.
    """
    words = f"{name} {city} {region.rpartition('-')[2]}"
    stem = slugify(words)[: LONGEST_SLUG - ROOM_FOR_A_NUMBER].strip("-") or "clinic"
    if taken is None:
        taken = _slugs_from(stem)
    if stem not in taken:
        return stem
    return next(
        slug for number in count(2) if (slug := f"{stem}-{number}") not in taken
    )


def create(name: str, *, city: str, region: str) -> Clinic:
    """A new clinic, a draft of nothing but its name, at an address of its own."""
    while True:
        slug = free_slug(name, city, region)
        try:
            with transaction.atomic():
                return Clinic.objects.create(name=name, slug=slug)
        except IntegrityError:
            # Only where somebody else took that very address just now is there another.
            if free_slug(name, city, region) == slug:
                raise


def all_slugs() -> set[str]:
    """Every address that a clinic has or had here."""
    return _slugs_from("")


def _slugs_from(stem: str) -> set[str]:
    return {
        slug
        for model in (Clinic, OldSlug)
        for slug in model.objects.filter(slug__startswith=stem).values_list(
            "slug", flat=True
        )
    }


@transaction.atomic
def move(clinic: Clinic, *, slug: str, by: User) -> None:
    """Give `clinic` the address `slug`; its present one redirects for ever.

    Raises ValidationError where another clinic has or had `slug`.
    """
    present = Clinic.objects.values_list("slug", flat=True).get(pk=clinic.pk)
    if problem := slug_problem(slug, clinic=clinic):
        raise ValidationError(problem)
    with recorded([clinic.pk], kind=Change.Kind.EDIT, by=by):
        clinic.old_slugs.filter(slug=slug).delete()
        if present != slug:
            OldSlug.objects.create(slug=present, clinic=clinic)
        clinic.slug = slug
        record_person(clinic, fields=["slug"], by=by)
        clinic.save(update_fields=["slug", "field_sources", "updated_at"])
        entries.rebuild([clinic.pk])


def slug_problem(slug: str, *, clinic: Clinic) -> str:
    """Why `clinic` cannot have the address `slug`, or ""."""
    if Clinic.objects.filter(slug=slug).exclude(pk=clinic.pk).exists():
        return _("Another clinic has this address.")
    if OldSlug.objects.filter(slug=slug).exclude(clinic=clinic.pk).exists():
        return _("Another clinic once had this address; it leads there for ever.")
    return ""
