from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .dates import PartialDateField
from .decision import Decided, Decision, decided_goes_together


class Proposal(Decided):
    """A fact that a source says otherwise than a person did: a person decides.

    `fact` is named, and `present` and `proposed` are written, as in `locator.facts`;
    `present` is what stood there when it was found. A service that the clinic has not
    is no proposal.
    """

    clinic = models.ForeignKey(
        "Clinic", models.CASCADE, verbose_name=_("clinic"), related_name="proposals"
    )
    service = models.ForeignKey(
        "Service",
        models.CASCADE,
        verbose_name=_("service"),
        related_name="proposals",
        null=True,
        blank=True,
        help_text=_("Empty: the fact is the clinic's own"),
    )
    record = models.ForeignKey(
        "SourceRecord",
        models.CASCADE,
        verbose_name=_("source record"),
        related_name="proposals",
    )
    fact = models.CharField(_("fact"), max_length=40)
    present = models.JSONField(_("says now"))
    proposed = models.JSONField(_("would say"))
    as_of = PartialDateField(_("source's date"))
    found_at = models.DateTimeField(_("found"))
    decision = models.CharField(
        _("decision"), max_length=9, choices=Decision, default=Decision.OPEN
    )
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["found_at", "pk"]
        indexes = [
            models.Index(
                name="proposal_open",
                fields=["found_at"],
                condition=Q(decision="open"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="proposal_of_clinic_waits_once",
                fields=["record", "clinic", "fact"],
                condition=Q(decision="open", service=None),
            ),
            models.UniqueConstraint(
                name="proposal_of_service_waits_once",
                fields=["record", "service", "fact"],
                condition=Q(decision="open", service__isnull=False),
            ),
            decided_goes_together("proposal_decided_says_when"),
        ]

    def __str__(self) -> str:
        return f"{self.clinic}: {self.fact}"
