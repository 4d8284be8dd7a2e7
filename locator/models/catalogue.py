"""The closed lists that services and clinics choose from.

Every entry has a `bit`: its place in the masks of search entries. A bit is given once
and never used again, so entries are retired, not deleted.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

BITS_PER_COLUMN = 63


def translated(translations: Mapping, language: str | None, field: str) -> str:
    """`field` of the nearest of `translations` to BCP 47 `language`; "" for none."""
    tag = language or ""
    while tag:
        if found := translations.get(tag, {}).get(field):
            return found
        tag = tag.rpartition("-")[0]
    return ""


class Catalogue(models.Model):
    """An entry of a closed list, in English with translations beside it."""

    COLUMNS: ClassVar[int] = 1

    code = models.SlugField(
        _("code"),
        max_length=40,
        primary_key=True,
        help_text=_("Stands in addresses and files; never changes"),
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("English"))
    explanation = models.CharField(
        _("explanation"),
        max_length=300,
        blank=True,
        help_text=_("One plain sentence, English"),
    )
    synonyms = models.JSONField(
        _("everyday words"),
        default=list,
        blank=True,
        help_text=_("Words people use for it, in any language"),
    )
    translations = models.JSONField(
        _("translations"),
        default=dict,
        blank=True,
        help_text=_('By BCP 47 language: {"es": {"name": "…", "explanation": "…"}}'),
    )
    bit = models.PositiveSmallIntegerField(_("bit"), unique=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_retired = models.BooleanField(
        _("retired"), default=False, help_text=_("No longer offered for choosing")
    )

    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.label()

    def label(self, language: str | None = None) -> str:
        """The name in `language` (default: the page's), else in English."""
        found = translated(self.translations, language or get_language(), "name")
        return found or self.name

    def explained(self, language: str | None = None) -> str:
        """The explanation in `language` (default: the page's), else in English."""
        language = language or get_language()
        found = translated(self.translations, language, "explanation")
        return found or self.explanation

    @classmethod
    def next_bit(cls) -> int:
        """The lowest bit above all that were ever given.

        Raises ValidationError when the catalogue is full.
        """
        highest = cls.objects.aggregate(highest=models.Max("bit"))["highest"]
        bit = 0 if highest is None else highest + 1
        if bit >= cls.COLUMNS * BITS_PER_COLUMN:
            raise ValidationError(
                _(
                    "This catalogue is full: it holds %(most)d entries, retired ones "
                    "included. Ask a developer for another column of bits."
                ),
                params={"most": cls.COLUMNS * BITS_PER_COLUMN},
            )
        return bit


def _bits_fit(model: str, columns: int = 1) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_bit_fits_its_columns",
        condition=Q(bit__lt=columns * BITS_PER_COLUMN),
    )


class ServiceType(Catalogue):
    """What is done. The category is the type's own, so nobody can type it wrong."""

    class Category(models.TextChoices):
        TELEMEDICINE = "telemedicine", _("telemedicine")
        TELEHEALTH = "telehealth", _("telehealth")

    class Audience(models.TextChoices):
        PATIENTS = "patients", _("patients")
        HEALTH_WORKERS = "health-workers", _("health workers")

    category = models.CharField(_("category"), max_length=12, choices=Category)
    audience = models.CharField(_("audience"), max_length=14, choices=Audience)
    is_care = models.BooleanField(
        _("is care"),
        help_text=_(
            "Telemedicine, remote monitoring, long-term support: found unasked"
        ),
    )

    class Meta(Catalogue.Meta):
        verbose_name = _("service type")
        verbose_name_plural = _("service types")
        constraints = [
            _bits_fit("service_type"),
            models.CheckConstraint(
                name="service_type_category_is_known",
                condition=Q(category__in=["telemedicine", "telehealth"]),
            ),
            models.CheckConstraint(
                name="service_type_audience_is_known",
                condition=Q(audience__in=["patients", "health-workers"]),
            ),
            models.CheckConstraint(
                name="service_type_telemedicine_is_care_for_patients",
                condition=~Q(category="telemedicine")
                | Q(is_care=True, audience="patients"),
            ),
        ]


class Specialty(Catalogue):
    """What a service is for, in plain words."""

    class Meta(Catalogue.Meta):
        verbose_name = _("specialty")
        verbose_name_plural = _("specialties")
        constraints = [_bits_fit("specialty")]


class Modality(Catalogue):
    """How a remote visit is held: video, phone, message, app."""

    class Meta(Catalogue.Meta):
        verbose_name = _("modality")
        verbose_name_plural = _("modalities")
        constraints = [_bits_fit("modality")]


class Language(Catalogue):
    """A language that patients can be seen in; the code is BCP 47, in lower case."""

    COLUMNS = 2

    native_name = models.CharField(_("native name"), max_length=120, blank=True)
    is_signed = models.BooleanField(_("sign language"), default=False)

    class Meta(Catalogue.Meta):
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        constraints = [_bits_fit("language", columns=2)]


class PaymentOption(Catalogue):
    """What a patient can pay with; never what funds the clinic."""

    country = models.ForeignKey(
        "Region",
        models.PROTECT,
        verbose_name=_("country"),
        null=True,
        blank=True,
        help_text=_("Empty: anywhere"),
    )

    class Meta(Catalogue.Meta):
        verbose_name = _("payment option")
        verbose_name_plural = _("payment options")
        constraints = [_bits_fit("payment_option")]


class Eligibility(Catalogue):
    """Whom a service is open to. None chosen means that nobody said."""

    is_restriction = models.BooleanField(
        _("restricts"), default=True, help_text=_("False only for “everyone”")
    )

    class Meta(Catalogue.Meta):
        verbose_name = _("eligibility")
        verbose_name_plural = _("eligibilities")
        constraints = [_bits_fit("eligibility")]


class AgeGroup(Catalogue):
    """Whom a service sees, by age in years; `maximum_age` empty means no limit."""

    minimum_age = models.PositiveSmallIntegerField(_("from age"))
    maximum_age = models.PositiveSmallIntegerField(
        _("to age"), null=True, blank=True, help_text=_("Included")
    )

    class Meta(Catalogue.Meta):
        verbose_name = _("age group")
        verbose_name_plural = _("age groups")
        constraints = [_bits_fit("age_group")]


class AccessibilityFeature(Catalogue):
    """Something that makes a clinic or a visit usable: step-free, captions, …"""

    class Meta(Catalogue.Meta):
        verbose_name = _("accessibility feature")
        verbose_name_plural = _("accessibility features")
        constraints = [_bits_fit("accessibility_feature")]


class GroupServed(Catalogue):
    """People for whom a clinic says it has a programme. Never a restriction."""

    class Meta(Catalogue.Meta):
        verbose_name = _("group served")
        verbose_name_plural = _("groups served")
        constraints = [_bits_fit("group_served")]


class CareSetting(Catalogue):
    """Where in-person care happens: outpatient, day treatment, overnight stay."""

    is_overnight = models.BooleanField(_("overnight stay"), default=False)

    class Meta(Catalogue.Meta):
        verbose_name = _("care setting")
        verbose_name_plural = _("care settings")
        constraints = [_bits_fit("care_setting")]
