from django.db import models
from django.utils.translation import gettext_lazy as _


class Door(models.IntegerChoices):
    """How a search can come to a service."""

    SITE = 1, _("by the clinic's point")
    COVERAGE = 2, _("by a region it may treat")
    PLAIN = 3, _("by neither")


class HoursText(models.Model):
    """Opening hours and their zone, kept once however many clinics share them.

    Derived, like search entries. The id is made of the content (`search.entries`), so
    it means the same for ever and a process may keep what it knows of it.
    """

    id = models.BigIntegerField(primary_key=True)
    opening_hours = models.CharField(max_length=500)
    time_zone = models.CharField(max_length=40)
    country = models.CharField(max_length=2, help_text=_("Whose holidays count"))

    class Meta:
        verbose_name = _("hours")
        verbose_name_plural = _("hours")
        constraints = [
            models.UniqueConstraint(
                name="hours_text_once",
                fields=["opening_hours", "time_zone", "country"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening_hours} ({self.time_zone})"


class SearchWord(models.Model):
    """A folded word by which a published clinic is found. Derived.

    It stands in one of its names, its organization's or its town's; long ones are cut.
    """

    LONGEST = 80

    pk = models.CompositePrimaryKey("clinic_id", "word")
    clinic = models.ForeignKey(
        "Clinic", models.CASCADE, related_name="+", db_index=False
    )
    word = models.CharField(max_length=LONGEST)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        indexes = [
            models.Index(
                name="search_word_begins",
                fields=["word", "clinic"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.word


class Spelling(models.Model):
    """A word by which a clinic is found, or was, kept once. Derived.

    A process that knows the words up to some id reads the later ones alone; `batch` is
    random, and tells it that they are still the words that it knows. Words of no clinic
    stay until all are made anew: who offers one looks for its clinics.
    """

    word = models.CharField(max_length=SearchWord.LONGEST, unique=True)
    batch = models.CharField(max_length=16)

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")

    def __str__(self) -> str:
        return self.word


class SearchEntry(models.Model):
    """One published service and one door to it, flat. Derived: never the truth.

    Three-valued facts are 0 unknown, 1 no, 2 yes. Masks have a bit for each catalogue
    entry; 0 means unstated. `is_lead` marks one row of each service. `region` is the
    covered region of a coverage door, else the clinic's own, packed by
    `search.query.pack_region`; what needs no coverage has one coverage door to 0, for
    everywhere. Points are unit vectors, null without a point; only a site door has a
    band and a longitude. `traits` are bits of `search.query.Trait`. `packed` repeats
    the row in the dtype `search.reading.ENTRY`: 26 values take four times as long.
    `home_id` is the SearchPack of the clinic's own place, which holds all its entries;
    a coverage door is in that of the covered region too, `pack_id`.

    A clinic or a service that is deleted leaves its rows to `entries.rebuild`, which
    alone knows that their packs are stale then.
    """

    clinic = models.ForeignKey(
        "Clinic", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    service = models.ForeignKey(
        "Service", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    home_id = models.BigIntegerField(db_index=True)
    pack_id = models.BigIntegerField(null=True, db_index=True)
    door = models.PositiveSmallIntegerField(choices=Door)
    is_lead = models.BooleanField()
    band = models.PositiveSmallIntegerField(null=True)
    longitude = models.FloatField(null=True)
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    z = models.FloatField(null=True)
    region = models.BigIntegerField(help_text=_("0 where not known"))
    home_region = models.BigIntegerField(help_text=_("0 where not known"))
    basis = models.PositiveSmallIntegerField(
        help_text=_("0 no coverage door, 1 stated, 2 assumed, 3 unknown")
    )
    traits = models.PositiveSmallIntegerField()
    remote = models.PositiveSmallIntegerField()
    in_person = models.PositiveSmallIntegerField()
    accepting = models.PositiveSmallIntegerField()
    types = models.BigIntegerField()
    specialties = models.BigIntegerField()
    modalities = models.BigIntegerField()
    languages_0 = models.BigIntegerField()
    languages_1 = models.BigIntegerField()
    payments = models.BigIntegerField()
    ages = models.BigIntegerField()
    eligibility = models.BigIntegerField()
    accessibility = models.BigIntegerField()
    contacts = models.PositiveSmallIntegerField()
    hours = models.ForeignKey(
        HoursText, models.PROTECT, null=True, related_name="+", db_index=False
    )
    verified_on = models.PositiveIntegerField(
        help_text=_("Days since 1970-01-01; 0 for never")
    )
    name = models.CharField(max_length=200, help_text=_("Folded, to sort by"))
    packed = models.BinaryField(
        help_text=_("The columns above as a search reads them, in one value")
    )

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = [
            models.Index(fields=["band", "longitude"]),
            models.Index(fields=["region", "door"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="search_entry_once_per_door",
                fields=["service", "door", "region"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_door_display()})"


class SearchPack(models.Model):
    """The search entries of clinics in one place, as one value. Derived.

    A search reads it instead of its entries, unless it is stale: then `entries`,
    `digest` and `count` are null, and the search reads the entries themselves
    (`search.packs`). The id is made of the columns. A pack of `door` COVERAGE holds the
    doors to its region of clinics whose ids are neighbours; any other holds all doors
    of the clinics at home there: SITE those with a point, by region and cell of the
    grid, PLAIN those without, by region and neighbouring ids.
    """

    id = models.BigIntegerField(primary_key=True)
    door = models.PositiveSmallIntegerField(choices=Door)
    region = models.BigIntegerField(help_text=_("0 where not known"))
    band = models.PositiveSmallIntegerField(null=True)
    column = models.PositiveSmallIntegerField(null=True)
    digest = models.BigIntegerField(
        null=True, help_text=_("Made of the entries: the same for the same")
    )
    count = models.PositiveIntegerField(null=True, help_text=_("How many entries"))
    # Last, so that SQLite need not step over it to the others.
    entries = models.BinaryField(
        null=True, help_text=_("`SearchEntry.packed` of all of them; null: stale")
    )

    class Meta:
        verbose_name = _("search pack")
        verbose_name_plural = _("search packs")
        indexes = [
            # With all that a search asks of packs that it read before.
            models.Index(
                name="search_pack_digests",
                fields=["door", "region", "digest", "count", "id"],
            ),
            models.Index(fields=["band", "column"]),
            models.Index(
                name="search_pack_stale",
                fields=["id"],
                condition=models.Q(entries=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="search_pack_whole_or_stale",
                condition=models.Q(entries=None, digest=None, count=None)
                | models.Q(
                    entries__isnull=False, digest__isnull=False, count__isnull=False
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_door_display()} ({self.pk})"
