from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedEntry(models.Model):
    """An entry of `fixtures/` as `load_catalogues` last wrote it.

    A field is the fixture's while its present value equals `values`, and a curator's
    otherwise; an entry that is here and nowhere else was deleted by a curator.
    """

    model = models.CharField(_("kind of entry"), max_length=40)
    key = models.CharField(_("key"), max_length=255)
    values = models.JSONField(_("last written"))

    class Meta:
        verbose_name = _("loaded entry")
        verbose_name_plural = _("loaded entries")
        constraints = [
            models.UniqueConstraint(name="loaded_entry_once", fields=["model", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"
