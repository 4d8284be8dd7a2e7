from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..geo import Point
from ..paths import path_of_clinic
from .dates import PartialDateField
from .region import country_of


class ClinicQuerySet(models.QuerySet["Clinic"]):
    def published(self) -> Self:
        """Keep clinics that patients may see."""
        return self.filter(status=Clinic.Status.PUBLISHED)

    def real(self) -> Self:
        """Keep clinics that exist: everything but samples."""
        return self.filter(is_sample=False)

    def samples(self) -> Self:
        return self.filter(is_sample=True)


class Clinic(models.Model):
    """A practice that patients can turn to: a site, or a remote-only practice."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class WithdrawnReason(models.TextChoices):
        CLOSED = "closed", _("it has closed")
        UNCONFIRMED = "unconfirmed", _("nobody could confirm it")
        SOURCE = "source", _("its source withdrew it")
        REQUEST = "request", _("on request")
        SAMPLE = "sample", _("it was a sample")

    class PointSource(models.TextChoices):
        SOURCE = "source", _("the source")
        GEOCODER = "geocoder", _("a geocoder or gazetteer")
        CURATOR = "curator", _("a curator")

    class Precision(models.TextChoices):
        ADDRESS = "address", _("address")
        STREET = "street", _("street")
        POSTCODE = "postcode", _("postcode")
        CITY = "city", _("town")

    class Method(models.TextChoices):
        PHONED = "phoned", _("by phone")
        WEBSITE = "website", _("on its website")
        ATTESTED = "attested", _("by its own statement")
        SAMPLED = "sampled", _("by a sample of such listings")

        @classmethod
        def of_one_clinic(cls) -> list[tuple[str, str]]:
            """The choices for whoever checked this very clinic."""
            return [(each.value, each.label) for each in cls if each != cls.SAMPLED]

    # What it is called
    slug = models.SlugField(_("address on this site"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    programme = models.CharField(_("programme"), max_length=200, blank=True)
    organization = models.ForeignKey(
        "Organization",
        models.PROTECT,
        verbose_name=_("organization"),
        related_name="clinics",
        null=True,
        blank=True,
    )
    description = models.TextField(_("description"), blank=True)

    # Where it is
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    unit = models.CharField(_("suite, floor"), max_length=200, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=12, blank=True)
    region = models.ForeignKey(
        "Region",
        models.PROTECT,
        verbose_name=_("region"),
        related_name="clinics",
        null=True,
        blank=True,
        help_text=_("Of its address; or where a remote-only practice is based"),
    )
    address_is_private = models.BooleanField(
        _("address kept private"),
        default=False,
        help_text=_("Town and town's point only, everywhere"),
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    point_source = models.CharField(
        _("point from"), max_length=8, choices=PointSource, blank=True
    )
    point_precision = models.CharField(
        _("point exact to the"), max_length=8, choices=Precision, blank=True
    )
    time_zone = models.CharField(
        _("time zone"), max_length=40, blank=True, help_text=_("America/Chicago")
    )

    # How to reach it
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    booking_url = models.URLField(_("booking address"), max_length=500, blank=True)
    opening_hours = models.CharField(
        _("opening hours"),
        max_length=500,
        blank=True,
        help_text=_("OpenStreetMap syntax: Mo-Fr 09:00-17:00; PH off"),
    )

    # What holds for every service that does not say otherwise
    languages = models.ManyToManyField(
        "Language", verbose_name=_("languages"), blank=True, related_name="clinics"
    )
    payments = models.ManyToManyField(
        "PaymentOption", verbose_name=_("payment"), blank=True, related_name="clinics"
    )
    accessibility = models.ManyToManyField(
        "AccessibilityFeature",
        verbose_name=_("accessibility"),
        blank=True,
        related_name="clinics",
    )

    # Whether patients see it
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.DRAFT
    )
    withdrawn_reason = models.CharField(
        _("withdrawn because"), max_length=12, choices=WithdrawnReason, blank=True
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("merged into"),
        related_name="merged",
        null=True,
        blank=True,
    )
    is_sample = models.BooleanField(_("sample, not real"), default=False)

    # Who says so
    source = models.ForeignKey(
        "Source",
        models.PROTECT,
        verbose_name=_("source"),
        related_name="clinics",
        null=True,
        blank=True,
    )
    source_date = PartialDateField(_("source's date"), blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("verified by"),
        related_name="+",
        null=True,
        blank=True,
    )
    verified_method = models.CharField(
        _("verified how"), max_length=8, choices=Method, blank=True
    )
    field_sources = models.JSONField(
        _("where each field comes from"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_('By field: {"record": id, "at": day} or {"user": id, "at": day}'),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ClinicQuerySet.as_manager()

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["status", "region"]),
            models.Index(fields=["postal_code"]),
            models.Index(name="clinic_verified", fields=["status", "verified_at"]),
        ]
        permissions = [
            ("publish_clinic", _("Can publish and withdraw clinics")),
            ("verify_clinic", _("Can verify clinics")),
            ("merge_clinic", _("Can merge clinics")),
            ("undo_clinic", _("Can take back changes of clinics")),
        ]
        constraints = [
            models.CheckConstraint(
                name="clinic_has_a_name", condition=~Q(name="") & ~Q(slug="")
            ),
            models.CheckConstraint(
                name="clinic_status_is_known",
                condition=Q(status__in=["draft", "published", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="clinic_withdrawn_reason_is_known",
                condition=Q(
                    withdrawn_reason__in=[
                        *("", "closed", "unconfirmed", "source", "request", "sample")
                    ]
                ),
            ),
            models.CheckConstraint(
                name="clinic_point_source_is_known",
                condition=Q(point_source__in=["", "source", "geocoder", "curator"]),
            ),
            models.CheckConstraint(
                name="clinic_point_precision_is_known",
                condition=Q(
                    point_precision__in=["", "address", "street", "postcode", "city"]
                ),
            ),
            models.CheckConstraint(
                name="clinic_verified_trio_goes_together",
                condition=Q(verified_at=None, verified_by=None, verified_method="")
                | Q(verified_at__isnull=False, verified_by__isnull=False)
                & ~Q(verified_method=""),
            ),
            models.CheckConstraint(
                name="clinic_point_says_where_from_and_how_exact",
                condition=Q(
                    latitude=None, longitude=None, point_source="", point_precision=""
                )
                | Q(
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                )
                & ~Q(point_source="")
                & ~Q(point_precision=""),
            ),
            models.CheckConstraint(
                name="clinic_hours_need_a_zone",
                condition=Q(opening_hours="") | ~Q(time_zone=""),
            ),
            models.CheckConstraint(
                name="clinic_withdrawn_says_why",
                condition=Q(status="withdrawn") & ~Q(withdrawn_reason="")
                | ~Q(status="withdrawn") & Q(withdrawn_reason="")
                | Q(merged_into__isnull=False),
            ),
            models.CheckConstraint(
                name="clinic_merged_is_withdrawn_and_not_into_itself",
                condition=Q(merged_into=None)
                | Q(status="withdrawn") & ~Q(merged_into=F("pk")),
            ),
            models.CheckConstraint(
                name="clinic_private_address_has_a_town_point_at_most",
                condition=Q(address_is_private=False)
                | Q(point_precision="")
                | Q(point_precision="city"),
            ),
            models.CheckConstraint(
                name="clinic_source_and_date_go_together",
                condition=Q(source=None, source_date="")
                | Q(source__isnull=False) & ~Q(source_date=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of_clinic(self.slug)

    @property
    def point(self) -> Point | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @property
    def is_placed(self) -> bool:
        return self.point is not None

    @property
    def is_public(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_checked_itself(self) -> bool:
        """Whether somebody checked this very clinic, and not others like it alone."""
        return bool(self.verified_at) and self.verified_method != self.Method.SAMPLED

    @property
    def country_code(self) -> str:
        """ISO 3166 code of the clinic's country, "" where its region is not known."""
        return country_of(self.region_id or "")

    @property
    def public_street(self) -> str:
        return "" if self.address_is_private else self.street

    @property
    def public_unit(self) -> str:
        return "" if self.address_is_private else self.unit

    @property
    def public_postal_code(self) -> str:
        return "" if self.address_is_private else self.postal_code


class OtherName(models.Model):
    """Another name that a clinic goes by: a former one, a trade name, a translation."""

    class Kind(models.TextChoices):
        ALSO = "also", _("also called")
        FORMER = "former", _("formerly")
        TRANSLATION = "translation", _("in another language")

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="other_names")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.ALSO)
    language = models.CharField(_("language (BCP 47)"), max_length=35, blank=True)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="other_name_once_per_clinic", fields=["clinic", "name"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Phone(models.Model):
    """A number in E.164, with its extension and what it is for."""

    class Purpose(models.TextChoices):
        MAIN = "main", _("phone")
        INTAKE = "intake", _("new patients")
        TEXT = "text", _("text messages")
        TTY = "tty", _("text relay (TTY)")
        FAX = "fax", _("fax")

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="phones")
    number = models.CharField(_("number"), max_length=16, help_text=_("+15125550123"))
    extension = models.CharField(_("extension"), max_length=10, blank=True)
    purpose = models.CharField(
        _("for"), max_length=6, choices=Purpose, default=Purpose.MAIN
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        ordering = ["position", "pk"]
        indexes = [models.Index(name="phone_number", fields=["number"])]
        constraints = [
            models.CheckConstraint(
                name="phone_number_is_e164",
                condition=Q(number__regex=r"^\+[1-9][0-9]{2,14}$"),
            ),
            models.UniqueConstraint(
                name="phone_once_per_clinic_and_purpose",
                fields=["clinic", "number", "extension", "purpose"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} x{self.extension}" if self.extension else self.number


class Identifier(models.Model):
    """A clinic's number with an authority. Sites may share one."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="identifiers")
    authority = models.CharField(
        _("authority"), max_length=100, help_text=_("NPI, CCN, NIN, …")
    )
    value = models.CharField(_("value"), max_length=100)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        ordering = ["authority", "value"]
        indexes = [models.Index(fields=["authority", "value"])]
        constraints = [
            models.UniqueConstraint(
                name="identifier_once_per_clinic",
                fields=["clinic", "authority", "value"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.value}"


class OldSlug(models.Model):
    """An address that a clinic once had here; it redirects for ever."""

    slug = models.SlugField(_("old address"), max_length=120, unique=True)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="old_slugs")

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")

    def __str__(self) -> str:
        return self.slug
