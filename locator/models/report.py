from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .decision import Decided, Decision, decided_goes_together


class Report(Decided):
    """A visitor's correction. It says nothing of who sent it but what they wrote.

    `proposed` are facts as in `locator.facts` that the words come to, as far as the
    form asked for them; `accepted` those of them that a curator took over.
    """

    class Kind(models.TextChoices):
        WRONG = "wrong", _("something is wrong")
        MISSING = "missing", _("a clinic is missing")
        MINE = "mine", _("I run this clinic")
        ATTESTED = "attested", _("the clinic says that all is true")

    class Topic(models.TextChoices):
        PHONE = "phone", _("the phone number")
        CLOSED = "closed", _("it has closed")
        ACCEPTING = "accepting", _("it takes no new patients")
        ADDRESS = "address", _("the address")
        WEBSITE = "website", _("the website")
        HOURS = "hours", _("the opening hours")
        SERVICES = "services", _("what it offers")
        COVERAGE = "coverage", _("where it may treat patients")
        OTHER = "other", _("something else")

    clinic = models.ForeignKey(
        "Clinic",
        models.CASCADE,
        verbose_name=_("clinic"),
        related_name="reports",
        null=True,
        blank=True,
        help_text=_("Empty: a clinic that is missing"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.WRONG)
    topics = models.JSONField(_("what is wrong"), default=list, blank=True)
    text = models.TextField(_("in their words"), blank=True)
    proposed = models.JSONField(_("what it should say"), default=dict, blank=True)
    email = models.EmailField(_("e-mail for an answer"), blank=True)
    language = models.CharField(_("language of the page"), max_length=35, blank=True)
    sent_at = models.DateTimeField(_("sent"))
    decision = models.CharField(
        _("decision"), max_length=9, choices=Decision, default=Decision.OPEN
    )
    accepted = models.JSONField(_("taken over"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True, help_text=_("For the desk"))
    answer = models.TextField(
        _("answer"), blank=True, help_text=_("To the visitor, if they left an e-mail")
    )
    purged_at = models.DateTimeField(
        _("words removed"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["sent_at", "pk"]
        indexes = [
            models.Index(
                name="report_open", fields=["sent_at"], condition=Q(decision="open")
            ),
        ]
        constraints = [
            decided_goes_together("report_decided_says_when"),
            models.CheckConstraint(
                name="report_is_of_a_clinic_or_of_a_missing_one",
                condition=Q(kind__in=["missing", "mine"]) | Q(clinic__isnull=False),
            ),
            models.CheckConstraint(
                name="report_purged_has_no_words",
                condition=Q(purged_at=None) | Q(text="", email="", answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.clinic or '–'}"


class SenderTally(models.Model):
    """How many reports came from one network address on one day.

    `digest` is keyed with a secret that is thrown away with the day: no row can be
    led back to an address.
    """

    day = models.DateField(_("day"))
    digest = models.CharField(_("digest"), max_length=64)
    count = models.PositiveSmallIntegerField(_("reports"), default=0)

    class Meta:
        verbose_name = _("sender tally")
        verbose_name_plural = _("sender tallies")
        constraints = [
            models.UniqueConstraint(
                name="sender_tally_once_a_day", fields=["day", "digest"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"


class DailySecret(models.Model):
    """The key of one day's sender tallies; gone with the day."""

    day = models.DateField(_("day"), primary_key=True)
    secret = models.CharField(_("secret"), max_length=64)

    class Meta:
        verbose_name = _("daily secret")
        verbose_name_plural = _("daily secrets")

    def __str__(self) -> str:
        return str(self.day)
