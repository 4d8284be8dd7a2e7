import math

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..geo import Point


class Place(models.Model):
    """Something that a visitor can name and that lies somewhere: a postcode, a town.

    Regions are places too, but have no point: see `locator.places`.
    """

    class Kind(models.TextChoices):
        POSTCODE = "postcode", _("postcode")
        CITY = "city", _("town")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    region = models.ForeignKey(
        "Region",
        models.PROTECT,
        verbose_name=_("region"),
        related_name="places",
        null=True,
        help_text=_("None for military postcodes, which lie in no state"),
    )
    country = models.CharField(_("country"), max_length=2)
    latitude = models.FloatField(_("latitude"), null=True)
    longitude = models.FloatField(_("longitude"), null=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    town = models.CharField(
        _("town"), max_length=200, blank=True, help_text=_("Of a postcode")
    )

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes = [
            # The nearest postcode of a coordinate.
            models.Index(fields=["kind", "latitude", "longitude"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="place_has_a_whole_point_or_none",
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def point(self) -> Point | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)


class Tier(models.IntegerChoices):
    """How large a place is, so that few letters need to look at the large ones only."""

    CITY = 1, _("300,000 people or more")
    TOWN = 2, _("100,000 people or more")
    SMALL = 3, _("fewer people, or nobody knows how many")
    POSTCODE = 4, _("a postcode")

    @classmethod
    def of(cls, kind: Place.Kind, population: int) -> "Tier":
        if kind == Place.Kind.POSTCODE:
            return cls.POSTCODE
        if population >= 100_000:
            return cls.CITY if population >= 300_000 else cls.TOWN
        return cls.SMALL


# Of towns of whose people nobody knows.
FEW_PEOPLE = 1000


# What a name loses that is not the place's own: short ones, those in other languages.
LOSS_OF_OTHER_NAMES = 25


class PlaceName(models.Model):
    """One way to write a place's name, folded for look-ups (see `locator.places`).

    `tier`, `weight` and `country` say what suggestions rank names by: they read
    thousands of them in one index, without their places.
    """

    class Kind(models.IntegerChoices):
        POSTCODE = 1, _("postcode")
        OFFICIAL = 2, _("official name")
        OTHER = 3, _("other name")

        def weight(self, population: int) -> int:
            """How likely somebody means it: ten times the logarithm of the people."""
            weight = round(10 * math.log10(population or FEW_PEOPLE))
            loss = LOSS_OF_OTHER_NAMES if self == type(self).OTHER else 0
            return max(0, weight - loss)

    place = models.ForeignKey(Place, models.CASCADE, related_name="names")
    folded = models.CharField(max_length=200)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.SMALL)
    weight = models.PositiveSmallIntegerField(default=0)
    country = models.CharField(max_length=2, default="")

    class Meta:
        verbose_name = _("place name")
        verbose_name_plural = _("place names")
        indexes = [
            models.Index(fields=["folded", "kind"]),
            models.Index(
                name="place_name_begins",
                fields=["tier", "folded", "place", "country", "weight"],
                opclasses=[
                    "int2_ops",
                    "varchar_pattern_ops",
                    "int8_ops",
                    "varchar_ops",
                    "int2_ops",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.folded


class GeocodeAnswer(models.Model):
    """What a network geocoder said of a text, kept so that it is asked once."""

    geocoder = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("geocoder answer")
        verbose_name_plural = _("geocoder answers")
        constraints = [
            models.UniqueConstraint(
                name="geocode_answer_once_per_question",
                fields=["geocoder", "text", "country"],
            ),
        ]

    def __str__(self) -> str:
        return self.text
