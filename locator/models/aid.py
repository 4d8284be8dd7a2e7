"""Where to turn when a clinic is not the answer: helplines, official finders."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Helpline(models.Model):
    """A number to call in an emergency or a crisis, by country."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("emergency")
        CRISIS = "crisis", _("crisis and suicide")
        INFORMATION = "information", _("advice and referral")

    country = models.ForeignKey(
        "Region", models.CASCADE, verbose_name=_("country"), related_name="helplines"
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("number"), max_length=20)
    can_call = models.BooleanField(_("by call"), default=True)
    can_text = models.BooleanField(_("by text"), default=False)
    chat_url = models.URLField(_("chat address"), blank=True)
    sign_url = models.URLField(_("sign language address"), blank=True)
    languages = models.ManyToManyField(
        "Language", verbose_name=_("languages"), blank=True, related_name="+"
    )
    hours = models.CharField(_("hours"), max_length=60, default="24/7")
    url = models.URLField(_("source"), help_text=_("Where this can be read"))
    checked_on = models.DateField(_("checked"))
    translations = models.JSONField(_("translations"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords(m2m_fields=[languages])

    class Meta:
        verbose_name = _("helpline")
        verbose_name_plural = _("helplines")
        ordering = ["country", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="helpline_once_per_country", fields=["country", "kind", "number"]
            ),
            models.CheckConstraint(
                name="helpline_can_be_reached",
                condition=Q(can_call=True) | Q(can_text=True) | ~Q(chat_url=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"


class OfficialFinder(models.Model):
    """A finder of care run by a country's own authorities."""

    country = models.ForeignKey(
        "Region", models.CASCADE, verbose_name=_("country"), related_name="finders"
    )
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("finds"), max_length=200)
    url = models.URLField(_("address"))
    publisher = models.CharField(_("publisher"), max_length=200)
    checked_on = models.DateField(_("checked"))
    translations = models.JSONField(_("translations"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("official finder")
        verbose_name_plural = _("official finders")
        ordering = ["country", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="official_finder_once_per_country", fields=["country", "url"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CrisisPhrase(models.Model):
    """Words in a search that put the helplines above the results."""

    language = models.CharField(_("language (BCP 47)"), max_length=35)
    phrase = models.CharField(_("words"), max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("crisis words")
        verbose_name_plural = _("crisis words")
        ordering = ["language", "phrase"]
        constraints = [
            models.UniqueConstraint(
                name="crisis_phrase_once", fields=["language", "phrase"]
            ),
        ]

    def __str__(self) -> str:
        return self.phrase
