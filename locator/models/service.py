from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .dates import PartialDateField


class Stated(models.TextChoices):
    """A fact that the world can leave unsaid."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not stated")


class Service(models.Model):
    """One clinic offering one service type for specialties that share everything else.

    How it is delivered, whom it accepts and where it may treat belong here. An empty
    set of modalities, ages, eligibilities, … means that nobody stated it.
    """

    clinic = models.ForeignKey("Clinic", models.CASCADE, related_name="services")
    service_type = models.ForeignKey(
        "ServiceType",
        models.PROTECT,
        verbose_name=_("service type"),
        related_name="services",
    )
    specialties = models.ManyToManyField(
        "Specialty", verbose_name=_("for"), blank=True, related_name="services"
    )

    # How
    remote = models.CharField(
        _("remote"), max_length=7, choices=Stated, default=Stated.UNKNOWN
    )
    remote_is_clinic_wide = models.BooleanField(
        _("stated for the clinic, not for this programme"), default=False
    )
    in_person = models.CharField(
        _("in person"), max_length=7, choices=Stated, default=Stated.UNKNOWN
    )
    modalities = models.ManyToManyField(
        "Modality",
        verbose_name=_("remote visits by"),
        blank=True,
        related_name="services",
    )
    settings = models.ManyToManyField(
        "CareSetting",
        verbose_name=_("in-person setting"),
        blank=True,
        related_name="services",
    )
    first_visit_in_person = models.CharField(
        _("first visit in person"), max_length=7, choices=Stated, default=Stated.UNKNOWN
    )
    platform = models.CharField(
        _("app or browser needed"),
        max_length=120,
        blank=True,
        help_text=_("As the clinic names it: “any browser”"),
    )
    sound_only = models.CharField(
        _("possible by sound alone"),
        max_length=7,
        choices=Stated,
        default=Stated.UNKNOWN,
    )
    interpreter = models.CharField(
        _("interpreter in the visit"),
        max_length=7,
        choices=Stated,
        default=Stated.UNKNOWN,
    )

    # Whom
    accepting = models.CharField(
        _("accepting new patients"),
        max_length=7,
        choices=Stated,
        default=Stated.UNKNOWN,
    )
    referral = models.CharField(
        _("referral needed"), max_length=7, choices=Stated, default=Stated.UNKNOWN
    )
    eligibility = models.ManyToManyField(
        "Eligibility", verbose_name=_("open to"), blank=True, related_name="services"
    )
    age_groups = models.ManyToManyField(
        "AgeGroup", verbose_name=_("ages"), blank=True, related_name="services"
    )
    minimum_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(
        _("to age"), null=True, blank=True, help_text=_("Included")
    )
    groups = models.ManyToManyField(
        "GroupServed",
        verbose_name=_("has a programme for"),
        blank=True,
        related_name="services",
    )

    # Where given, instead of the clinic's
    languages = models.ManyToManyField(
        "Language", verbose_name=_("languages"), blank=True, related_name="services"
    )
    payments = models.ManyToManyField(
        "PaymentOption", verbose_name=_("payment"), blank=True, related_name="services"
    )

    notes = models.TextField(_("notes"), blank=True)
    field_sources = models.JSONField(
        _("where each field comes from"), default=dict, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="service_is_not_neither_remote_nor_in_person",
                condition=~Q(remote="no", in_person="no"),
            ),
            models.CheckConstraint(
                name="service_facts_are_three_valued",
                condition=Q(
                    remote__in=Stated.values,
                    in_person__in=Stated.values,
                    accepting__in=Stated.values,
                    referral__in=Stated.values,
                    first_visit_in_person__in=Stated.values,
                    sound_only__in=Stated.values,
                    interpreter__in=Stated.values,
                ),
            ),
            models.CheckConstraint(
                name="service_ages_are_in_order",
                condition=Q(minimum_age=None)
                | Q(maximum_age=None)
                | Q(minimum_age__lte=F("maximum_age")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.service_type)

    @property
    def is_remote_only(self) -> bool:
        return self.remote == Stated.YES and self.in_person == Stated.NO


class CoverageArea(models.Model):
    """A region where a service may treat patients remotely, as somebody told us."""

    class Basis(models.TextChoices):
        LICENSE = "license", _("licensed there")
        COMPACT = "compact", _("by a compact between states")
        NATIONAL = "national_registration", _("registered for the whole country")
        PROVIDER_RULE = "provider_country_rule", _("by a rule of its own country")
        CLINIC = "clinic_stated", _("stated by the clinic")
        ASSUMED = "assumed_home_region", _("assumed: its own region")
        UNKNOWN = "unknown", _("basis not stated")

    # Bases that nobody vouches for.
    UNVOUCHED = (Basis.ASSUMED, Basis.UNKNOWN)

    service = models.ForeignKey(Service, models.CASCADE, related_name="coverage")
    region = models.ForeignKey(
        "Region", models.PROTECT, verbose_name=_("region"), related_name="coverage"
    )
    basis = models.CharField(_("basis"), max_length=21, choices=Basis)
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
        verbose_name = _("coverage area")
        verbose_name_plural = _("coverage areas")
        ordering = ["region"]
        constraints = [
            models.UniqueConstraint(
                name="coverage_area_once_per_service", fields=["service", "region"]
            ),
            models.CheckConstraint(
                name="coverage_area_is_dated", condition=~Q(as_of="")
            ),
            models.CheckConstraint(
                name="coverage_area_basis_is_known",
                condition=Q(
                    basis__in=[
                        "license",
                        "compact",
                        "national_registration",
                        "provider_country_rule",
                        "clinic_stated",
                        "assumed_home_region",
                        "unknown",
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}: {self.get_basis_display()}"
