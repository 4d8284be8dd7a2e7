import re

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .catalogue import translated

# English names that take an article inside a sentence.
_WANTS_ARTICLE = re.compile(
    r"\b(Islands|States|Kingdom|Republic|Territory|Territories|Emirates|Netherlands)$"
    r"|^(Bahamas|Comoros|Gambia|Maldives|Philippines|Seychelles)$"
    r"|^(District|Isle) of "
)


class Region(models.Model):
    """An area of ISO 3166: a country (`US`) or a first-level subdivision (`US-TX`).

    Territories of the US exist once, as subdivisions (`US-PR`); their country codes
    are aliases.
    """

    code = models.CharField(
        _("ISO 3166 code"), max_length=6, primary_key=True, help_text=_("US, or US-TX")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("English, by CLDR"))
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("country"),
        related_name="subdivisions",
        null=True,
        blank=True,
    )
    aliases = models.JSONField(
        _("aliases"),
        default=list,
        blank=True,
        help_text=_("Other names and codes that visitors write: TX, Tex."),
    )
    translations = models.JSONField(
        _("translations"),
        default=dict,
        blank=True,
        help_text=_('By BCP 47 language: {"es": {"name": "…"}}'),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="region_code_is_iso_3166",
                condition=Q(code__regex=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"),
            ),
            models.CheckConstraint(
                name="region_is_a_country_or_lies_in_one",
                condition=Q(parent=None, code__regex=r"^[A-Z]{2}$")
                | Q(parent__isnull=False, code__regex=r"^[A-Z]{2}-"),
            ),
        ]

    def __str__(self) -> str:
        return self.label()

    @property
    def country_code(self) -> str:
        return country_of(self.code)

    @property
    def is_country(self) -> bool:
        return self.parent_id is None

    def label(self, language: str | None = None) -> str:
        """The name in `language` (default: the page's), else in English."""
        found = translated(self.translations, language or get_language(), "name")
        return found or self.name

    def phrase(self, language: str | None = None) -> str:
        """As `label`, as it stands inside a sentence: "the United States"."""
        label = self.label(language)
        if label == self.name and _WANTS_ARTICLE.search(label):
            return f"the {label}"
        return label


def country_of(code: str) -> str:
    """The country of an ISO 3166 code: `US` of `US-TX` and of `US`."""
    return code[:2]
