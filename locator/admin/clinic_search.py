"""Which clinics the desk's search box finds: by words, or by a telephone number."""

import re

from django.db.models import Q, QuerySet
from django.utils.text import smart_split

from ..models import Clinic, Organization, OtherName, Phone

# What people type of a telephone number, whatever signs they put between.
PHONE = re.compile(r"[\d\s()+./-]+", re.ASCII)
FEWEST_DIGITS = 4
# So many are named one by one; more are looked for again to be counted and shown.
MOST_NAMED = 2000


def found(clinics: QuerySet[Clinic], asked: str) -> QuerySet[Clinic]:
    """Keep the clinics that have every word of `asked` somewhere, or its number.

    Words in quotation marks belong together. Each table is asked by itself: joined,
    every one of their rows would be looked at.
    """
    if not asked.strip():
        return clinics
    has_all = Q()
    for word in smart_split(asked):
        has_all &= _has(word.strip("\"'"))
    if digits := digits_of(asked):
        called = Phone.objects.filter(number__contains=digits)
        has_all |= Q(pk__in=called.values("clinic"))
    matching = clinics.filter(has_all)
    pks = list(matching.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
    return clinics.filter(pk__in=pks) if len(pks) <= MOST_NAMED else matching


def _has(word: str) -> Q:
    named = OtherName.objects.filter(name__icontains=word)
    run_by = Organization.objects.filter(name__icontains=word)
    return (
        Q(name__icontains=word)
        | Q(programme__icontains=word)
        | Q(city__icontains=word)
        | Q(postal_code__istartswith=word)
        | Q(pk__in=named.values("clinic"))
        | Q(organization__in=run_by)
    )


def digits_of(text: str) -> str:
    """The digits of a telephone number without its trunk zero; "" for other text."""
    digits = re.sub(r"\D", "", text).lstrip("0") if PHONE.fullmatch(text) else ""
    return digits if len(digits) >= FEWEST_DIGITS else ""
