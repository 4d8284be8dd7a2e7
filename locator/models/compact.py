from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .dates import PartialDateField


class Compact(models.Model):
    """An agreement by which clinicians of one region may treat patients of others.

    We keep what its source says of its members; we never compute the law.
    """

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("source's address"), max_length=500)
    checked_on = models.DateField(_("checked on"))
    notes = models.TextField(_("notes"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("compact")
        verbose_name_plural = _("compacts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CompactMember(models.Model):
    """One region in a compact, from `since` to `until`."""

    compact = models.ForeignKey(
        Compact, models.CASCADE, verbose_name=_("compact"), related_name="members"
    )
    region = models.ForeignKey(
        "Region", models.PROTECT, verbose_name=_("region"), related_name="+"
    )
    since = PartialDateField(_("since"), blank=True)
    until = PartialDateField(_("until"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("member of a compact")
        verbose_name_plural = _("members of compacts")
        ordering = ["region"]
        constraints = [
            models.UniqueConstraint(
                name="compact_member_once", fields=["compact", "region"]
            ),
        ]

    def __str__(self) -> str:
        return str(self.region)


class ServiceCompact(models.Model):
    """A service that treats patients by a compact, as somebody told us.

    Its coverage areas with the basis `compact` follow the compact's members.
    """

    service = models.ForeignKey(
        "Service", models.CASCADE, verbose_name=_("service"), related_name="compacts"
    )
    compact = models.ForeignKey(
        Compact, models.PROTECT, verbose_name=_("compact"), related_name="services"
    )
    as_of = PartialDateField(_("date"))
    source = models.ForeignKey(
        "Source",
        models.PROTECT,
        verbose_name=_("said by"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty: the clinic itself"),
    )

    class Meta:
        verbose_name = _("compact of a service")
        verbose_name_plural = _("compacts of services")
        ordering = ["compact"]
        constraints = [
            models.UniqueConstraint(
                name="service_compact_once", fields=["service", "compact"]
            ),
        ]

    def __str__(self) -> str:
        return str(self.compact)
