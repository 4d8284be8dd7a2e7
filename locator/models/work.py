from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Claim(models.Model):
    """One item of one work queue that a person has taken for a while."""

    queue = models.SlugField(_("queue"), max_length=30)
    item = models.CharField(_("item"), max_length=80)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("by"),
        related_name="claims",
    )
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.UniqueConstraint(
                name="claim_once_per_item", fields=["queue", "item"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.item}"


class Task(models.Model):
    """Work that outlives a page: the database is the queue, `manage.py work` does it.

    `asked` says what to do and `result` what came of it, both in the words of the
    kind. `file` is what was sent along; it goes when the task is old.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("import")
        SHEET = "sheet", _("spreadsheet")
        INSPECT = "inspect", _("look for duplicates and misplaced points")
        WEBSITES = "websites", _("ask websites whether they are there")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a worker")
        RUNNING = "running", _("runs")
        READY = "ready", _("compared: waits for a person")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    state = models.CharField(
        _("state"), max_length=9, choices=State, default=State.WAITING
    )
    asked = models.JSONField(_("asked"), default=dict)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    file = models.BinaryField(_("content"), null=True, blank=True)
    file_hash = models.CharField(
        _("SHA-256 of the file"), max_length=64, blank=True, editable=False
    )
    progress = models.FloatField(
        _("progress"), default=0, help_text=_("Share that is done, from 0 to 1")
    )
    result = models.JSONField(_("result"), default=dict)
    problem = models.TextField(_("problem"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        related_name="+",
        null=True,
        blank=True,
    )
    made_at = models.DateTimeField(_("asked at"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(
        _("times begun"), default=0, editable=False
    )
    worker = models.CharField(_("worker"), max_length=120, blank=True, editable=False)
    beat_at = models.DateTimeField(
        _("last sign of life"), null=True, blank=True, editable=False
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    run = models.ForeignKey(
        "ImportRun",
        models.PROTECT,
        verbose_name=_("import run"),
        related_name="tasks",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(
                name="task_waiting",
                fields=["made_at"],
                condition=Q(state__in=["waiting", "running"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="task_progress_is_a_share",
                condition=Q(progress__gte=0, progress__lte=1),
            ),
            models.UniqueConstraint(
                name="task_file_waits_once",
                fields=["kind", "file_hash"],
                condition=Q(state__in=["waiting", "running", "ready"])
                & ~Q(file_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file_name}".strip()


class TaskLine(models.Model):
    """One line of what a task found, in a part of its page: "new", "changed", ….

    A row each, so that a page of a hundred costs the same however many there are.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="lines")
    part = models.SlugField(_("part"), max_length=20)
    position = models.PositiveIntegerField(_("position"))
    said = models.JSONField(_("what it says"))

    class Meta:
        verbose_name = _("line of a task")
        verbose_name_plural = _("lines of tasks")
        ordering = ["task", "part", "position"]
        constraints = [
            models.UniqueConstraint(
                name="task_line_once", fields=["task", "part", "position"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.position}"


class Worker(models.Model):
    """A process that does tasks, and when it last said so."""

    name = models.CharField(_("name"), max_length=120, primary_key=True)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("seen"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name
