from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .clinic import Clinic


class Verification(models.Model):
    """One check of a clinic by a person; the clinic repeats the newest."""

    class Checked(models.TextChoices):
        ALL = "all", _("everything")
        CONTACT = "contact", _("how to reach it")
        HOURS = "hours", _("opening hours")
        SERVICES = "services", _("services")
        COVERAGE = "coverage", _("where it may treat")

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="verifications")
    checked = models.CharField(
        _("checked"), max_length=8, choices=Checked, default=Checked.ALL
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by")
    )
    method = models.CharField(_("how"), max_length=8, choices=Clinic.Method)
    note = models.TextField(_("note"), blank=True)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("taken back by"),
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.get_checked_display()}, {self.at:%Y-%m-%d}"
