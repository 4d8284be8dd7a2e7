from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Decision(models.TextChoices):
    """What a person made of what somebody else says."""

    OPEN = "open", _("waits")
    ACCEPTED = "accepted", _("accepted")
    PARTLY = "partly", _("accepted in part")
    REJECTED = "rejected", _("rejected")
    OVERTAKEN = "overtaken", _("overtaken by later news")


def decided_goes_together(name: str) -> models.CheckConstraint:
    """What is decided says when; what waits does not."""
    return models.CheckConstraint(
        name=name,
        condition=Q(decision="open", decided_at=None)
        | ~Q(decision="open") & Q(decided_at__isnull=False),
    )


class Decided(models.Model):
    """What waits for a person, who then decides it once."""

    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("decided by"),
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        abstract = True
