from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .dates import PartialDateField


class Source(models.Model):
    """A dataset that we list clinics from, and what its licence asks us to say."""

    code = models.SlugField(_("code"), max_length=60, primary_key=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(
        _("short name"), max_length=60, help_text=_("As in “Listed by SAMHSA, 2022”")
    )
    publisher = models.CharField(_("publisher"), max_length=200)
    url = models.URLField(_("address"), blank=True)
    licence = models.CharField(_("licence"), max_length=200)
    licence_url = models.URLField(_("address of the licence"), blank=True)
    attribution = models.CharField(
        _("attribution"),
        max_length=300,
        help_text=_("Printed on the about page and in GeoJSON"),
    )
    holds_clinics = models.BooleanField(
        _("lists clinics"), default=True, help_text=_("False: a gazetteer or the like")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One reading of one file: what it was, what it did, what it could not map."""

    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), related_name="runs"
    )
    layout = models.CharField(_("layout"), max_length=40)
    file_name = models.CharField(_("file"), max_length=255)
    file_hash = models.CharField(_("SHA-256 of the file"), max_length=64)
    as_of = PartialDateField(_("edition"))
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        null=True,
        blank=True,
    )
    tally = models.JSONField(
        _("tally"), default=dict, help_text=_("Counts of what was done, by word")
    )
    notes = models.JSONField(
        _("notes"),
        default=dict,
        help_text=_("Codes not mapped, points replaced, fields left to a person, …"),
    )

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.as_of})"


class SourceRecord(models.Model):
    """A listing as its source gave it, unchanged, and what we made of it.

    `written` holds, per field, the value that the importer last wrote: a field is the
    importer's while its present value equals that, and a person's otherwise.
    `candidates` are the clinics that a waiting record may be about, likeliest first:
    {"clinic": id, "reasons": [codes]}.
    """

    class Match(models.TextChoices):
        MACHINE = "machine", _("by a machine")
        PERSON = "person", _("by a person")
        WAITING = "waiting", _("waits for a person")

    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), related_name="records"
    )
    layout = models.CharField(_("layout"), max_length=40)
    record_type = models.CharField(_("type of record"), max_length=10, blank=True)
    key = models.CharField(_("record key"), max_length=500)
    site_key = models.CharField(_("site key"), max_length=500)
    line = models.PositiveIntegerField(_("line of the file"))
    raw = models.JSONField(_("as given"))
    content_hash = models.CharField(_("SHA-256 of the content"), max_length=64)
    written = models.JSONField(_("last written"), default=dict)
    as_of = PartialDateField(_("edition"))
    clinic = models.ForeignKey(
        "Clinic",
        models.SET_NULL,
        verbose_name=_("clinic"),
        related_name="records",
        null=True,
        blank=True,
    )
    service = models.ForeignKey(
        "Service",
        models.SET_NULL,
        verbose_name=_("service"),
        related_name="records",
        null=True,
        blank=True,
    )
    match = models.CharField(
        _("matched"), max_length=7, choices=Match, default=Match.MACHINE
    )
    candidates = models.JSONField(_("may be"), default=list, blank=True)
    vanished_in = models.ForeignKey(
        ImportRun,
        models.PROTECT,
        verbose_name=_("missing since"),
        related_name="vanished",
        null=True,
        blank=True,
        help_text=_("The newer edition of its source that lacks it"),
    )
    vanished_seen = models.BooleanField(
        _("a person has seen that it is missing"), default=False
    )
    first_run = models.ForeignKey(
        ImportRun, models.PROTECT, verbose_name=_("first seen in"), related_name="+"
    )
    last_run = models.ForeignKey(
        ImportRun,
        models.PROTECT,
        verbose_name=_("last seen in"),
        related_name="records",
    )

    class Meta:
        verbose_name = _("source record")
        verbose_name_plural = _("source records")
        ordering = ["source", "line"]
        indexes = [
            models.Index(fields=["layout", "site_key"]),
            models.Index(
                name="source_record_waiting",
                fields=["source", "site_key"],
                condition=Q(match="waiting"),
            ),
            models.Index(
                name="source_record_vanished",
                fields=["clinic"],
                condition=Q(vanished_in__isnull=False, vanished_seen=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="source_record_key_once_per_layout", fields=["layout", "key"]
            ),
            models.CheckConstraint(
                name="source_record_has_a_key", condition=~Q(key="") & ~Q(site_key="")
            ),
        ]

    def __str__(self) -> str:
        return self.key


class RecordVersion(models.Model):
    """What a source record held before a newer edition of its source."""

    record = models.ForeignKey(
        SourceRecord, models.CASCADE, verbose_name=_("record"), related_name="versions"
    )
    content_hash = models.CharField(_("SHA-256 of the content"), max_length=64)
    raw = models.JSONField(_("as given"))
    line = models.PositiveIntegerField(_("line of the file"))
    as_of = PartialDateField(_("edition"))
    run = models.ForeignKey(
        ImportRun, models.PROTECT, verbose_name=_("replaced in"), related_name="+"
    )

    class Meta:
        verbose_name = _("version of a source record")
        verbose_name_plural = _("versions of source records")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.record} ({self.as_of})"


class RecordMatch(models.Model):
    """One answer to which clinic a source record is about: the newest holds.

    `clinic` is null where a match was taken back, or where the record waits.
    `reasons` are codes, worded in `locator.importers.matching`.
    """

    record = models.ForeignKey(
        SourceRecord, models.CASCADE, verbose_name=_("record"), related_name="matches"
    )
    clinic = models.ForeignKey(
        "Clinic",
        models.SET_NULL,
        verbose_name=_("clinic"),
        related_name="+",
        null=True,
        blank=True,
    )
    reasons = models.JSONField(_("why"), default=list)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty: by a machine"),
    )
    run = models.ForeignKey(
        ImportRun,
        models.PROTECT,
        verbose_name=_("import run"),
        related_name="+",
        null=True,
        blank=True,
    )
    event = models.UUIDField(_("event"), null=True, blank=True)

    class Meta:
        verbose_name = _("match of a source record")
        verbose_name_plural = _("matches of source records")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.record} → {self.clinic or '–'}"
