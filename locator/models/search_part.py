from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchPart(models.Model):
    """The clinics whose ids lie together: their search entries, and sums. Derived.

    What concerns the whole directory, clinic by clinic, is read part by part: nobody
    needs the memory for all of it. The id is the ids of its clinics, shifted. Where
    `entries` is null, `sums` is too: the part is stale, and whoever reads it reads the
    entries themselves (`search.parts`).
    """

    id = models.BigIntegerField(primary_key=True)
    sums = models.JSONField(
        null=True, help_text=_("What its clinics hold; null: stale")
    )
    # Last, so that SQLite need not step over it to the others.
    entries = models.BinaryField(
        null=True, help_text=_("`SearchEntry.packed` of all of them; null: stale")
    )

    class Meta:
        verbose_name = _("search part")
        verbose_name_plural = _("search parts")
        indexes = [
            models.Index(
                name="search_part_stale",
                fields=["id"],
                condition=models.Q(entries=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
