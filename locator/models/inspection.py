from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .decision import Decided


class Inspection(models.Model):
    """What machines found of one clinic. Derived: it can be dropped and made anew.

    `alternatives` are other published clinics within 25 miles, or in the same region
    for a clinic without a point. `km_from_postcode` is null where either point is not
    known; `lies_in` is the region of the point where it is not the stated one, else "".
    """

    clinic = models.OneToOneField(
        "Clinic", models.CASCADE, related_name="inspection", primary_key=True
    )
    at = models.DateTimeField(_("at"))
    alternatives = models.PositiveIntegerField(_("alternatives near"), default=0)
    lies_in = models.CharField(_("point lies in"), max_length=6, blank=True)
    km_from_postcode = models.FloatField(_("km from its postcode"), null=True)

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        indexes = [
            models.Index(
                name="inspection_elsewhere",
                fields=["clinic"],
                condition=~Q(lies_in=""),
            ),
            models.Index(name="inspection_far", fields=["km_from_postcode"]),
        ]

    def __str__(self) -> str:
        return str(self.clinic)


class PossibleDuplicate(Decided):
    """Two clinics that may be one. `first` is the one with the lower id.

    `reasons` are codes: phone, name-and-place, identifier. A pair that a person called
    different is never offered again.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits")
        DIFFERENT = "different", _("two clinics")
        MERGED = "merged", _("merged")

    first = models.ForeignKey("Clinic", models.CASCADE, related_name="+")
    second = models.ForeignKey("Clinic", models.CASCADE, related_name="+")
    reasons = models.JSONField(_("why"), default=list)
    likeness = models.FloatField(
        _("likeness"), default=0, help_text=_("From 0 to 1, for the order of the queue")
    )
    found_at = models.DateTimeField(_("found"))
    state = models.CharField(
        _("state"), max_length=9, choices=State, default=State.OPEN
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-likeness", "pk"]
        indexes = [
            models.Index(
                name="duplicate_open",
                fields=["-likeness"],
                condition=Q(state="open"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="duplicate_once_per_pair", fields=["first", "second"]
            ),
            models.CheckConstraint(
                name="duplicate_pair_is_in_order",
                condition=Q(first__lt=F("second")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} = {self.second}?"


class WebsiteCheck(models.Model):
    """What came of asking a clinic's website whether it is there."""

    clinic = models.OneToOneField(
        "Clinic", models.CASCADE, related_name="website_check", primary_key=True
    )
    url = models.URLField(_("website"), max_length=500)
    at = models.DateTimeField(_("at"))
    failures = models.PositiveSmallIntegerField(
        _("times in a row that it was not there"), default=0
    )
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("website check")
        verbose_name_plural = _("website checks")
        indexes = [
            models.Index(
                name="website_broken",
                fields=["at"],
                condition=Q(failures__gte=2),
            ),
        ]

    def __str__(self) -> str:
        return self.url
