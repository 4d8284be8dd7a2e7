import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """One write to one clinic: when, by whom and why, each fact before and after.

    `diff` has up to four parts, each left out where it is empty: `clinic`
    {fact: [before, after]}, `services` {service id: {fact: [before, after]}}, `made`
    and `removed` {service id: all its facts}. Facts are named and written as in
    `locator.facts`. A clinic's first change, `is_first`, has none: it was not there.
    """

    class Kind(models.TextChoices):
        EDIT = "edit", _("edited at the desk")
        STATUS = "status", _("published or withdrawn")
        VERIFY = "verify", _("verified")
        IMPORT = "import", _("import")
        MATCH = "match", _("listing matched by a person")
        PROPOSAL = "proposal", _("proposal of a source accepted")
        REPORT = "report", _("report accepted")
        MERGE = "merge", _("merged")
        SHEET = "sheet", _("spreadsheet")
        COMPACT = "compact", _("compact changed")
        AGE = "age", _("grew too old")
        UNDO = "undo", _("undone")

    clinic = models.ForeignKey(
        "Clinic",
        models.CASCADE,
        verbose_name=_("clinic"),
        related_name="changes",
        db_index=False,
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        help_text=_("Empty: by no person"),
    )
    kind = models.CharField(_("what it was"), max_length=8, choices=Kind)
    note = models.TextField(_("note"), blank=True)
    is_first = models.BooleanField(_("made the clinic"), default=False)
    diff = models.JSONField(_("before and after"), default=dict)
    event = models.UUIDField(
        _("event"),
        default=uuid.uuid4,
        db_index=True,
        help_text=_("Writes of one act share it: a merge, an import, a bulk edit"),
    )
    run = models.ForeignKey(
        "ImportRun",
        models.PROTECT,
        verbose_name=_("import run"),
        related_name="changes",
        null=True,
        blank=True,
    )
    undoes = models.OneToOneField(
        "self",
        models.RESTRICT,
        verbose_name=_("takes back"),
        related_name="undone_by",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(name="change_of_clinic", fields=["clinic", "-at"]),
            models.Index(
                name="change_by_person",
                fields=["by", "-at"],
                condition=Q(by__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="change_undoes_another",
                condition=Q(undoes=None) | ~Q(undoes=F("pk")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"


class Merge(models.Model):
    """One merge of two clinics, with all that undoing it needs.

    `moved` says which rows went from the loser to the winner, which were let go, and
    what the winner took: see `locator.curation.merging`.
    """

    winner = models.ForeignKey(
        "Clinic", models.CASCADE, verbose_name=_("kept"), related_name="merges"
    )
    loser = models.ForeignKey(
        "Clinic", models.CASCADE, verbose_name=_("merged away"), related_name="+"
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)
    event = models.UUIDField(_("event"), default=uuid.uuid4)
    moved = models.JSONField(_("what moved"), default=dict)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("undone by"),
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="merge_is_of_two_clinics", condition=~Q(winner=F("loser"))
            ),
            models.CheckConstraint(
                name="merge_undone_at_and_by_go_together",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loser} → {self.winner}"
