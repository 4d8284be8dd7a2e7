import math

from django.db import migrations, models

SITE, COVERAGE, PLAIN = 1, 2, 3
DOOR_SHIFT, REGION_SHIFT, CLINICS_SHIFT = 55, 23, 13
COLUMNS = 1 << 12
AT_ONCE = 5000

_DOORS = [
    (SITE, "by the clinic's point"),
    (COVERAGE, "by a region it may treat"),
    (PLAIN, "by neither"),
]


def bring_home(apps, schema_editor):
    """Say of every entry in which pack all of its clinic's are, and make all packs."""
    models_of = {name: apps.get_model("locator", name) for name in _NAMES}
    alias = schema_editor.connection.alias
    entries, clinics, packs = (models_of[n].objects.using(alias) for n in _NAMES)
    regions = entries.order_by("clinic_id").values_list("clinic_id", "home_region")
    last = 0
    while True:
        some = list(regions.filter(clinic_id__gt=last).distinct()[:AT_ONCE])
        if not some:
            break
        last = some[-1][0]
        points = {
            pk: (latitude, longitude)
            for pk, latitude, longitude in clinics.filter(
                pk__in=[pk for pk, _ in some]
            ).values_list("pk", "latitude", "longitude")
        }
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE locator_searchentry SET home_id = %s WHERE clinic_id = %s",
                [
                    (_home(pk, region, *points.get(pk, (None, None))), pk)
                    for pk, region in some
                ],
            )
    entries.exclude(door=COVERAGE).update(pack_id=None)
    for name in ("home_id", "pack_id"):
        pks = entries.exclude(**{name: None}).order_by(name)
        packs.bulk_create(
            [
                _pack(models_of["SearchPack"], pk)
                for pk in pks.values_list(name, flat=True).distinct()
            ],
            batch_size=AT_ONCE,
        )


_NAMES = ("SearchEntry", "Clinic", "SearchPack")


def _home(clinic, region, latitude, longitude):
    if latitude is None:
        return PLAIN << DOOR_SHIFT | region << REGION_SHIFT | clinic >> CLINICS_SHIFT
    band = min(1799, math.floor((latitude + 90) * 10))
    place = band * COLUMNS + math.floor((longitude + 180) * 10)
    return SITE << DOOR_SHIFT | region << REGION_SHIFT | place


def _pack(model, pk):
    above, place = divmod(pk, 1 << REGION_SHIFT)
    door, region = divmod(above, 1 << DOOR_SHIFT - REGION_SHIFT)
    band, column = divmod(place, COLUMNS) if door == SITE else (None, None)
    return model(pk=pk, door=door, region=region, band=band, column=column)


def sum_anew(apps, schema_editor):
    """Make all parts stale: their sums have more to tell."""
    SearchPart = apps.get_model("locator", "SearchPart")
    parts = SearchPart.objects.using(schema_editor.connection.alias)
    parts.update(entries=None, sums=None)


def fetch_as_stored(apps, schema_editor):
    """Let PostgreSQL keep packs as they are: undoing its compression takes longer."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE locator_searchpack ALTER COLUMN entries SET STORAGE EXTERNAL"
        )


def check_keys_now(apps, schema_editor):
    """Let PostgreSQL check what it keeps for the end: it alters no table before."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("locator", "0010_search_parts"),
    ]

    operations = [
        migrations.DeleteModel(name="SearchPack"),
        migrations.CreateModel(
            name="SearchPack",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("door", models.PositiveSmallIntegerField(choices=_DOORS)),
                ("region", models.BigIntegerField(help_text="0 where not known")),
                ("band", models.PositiveSmallIntegerField(null=True)),
                ("column", models.PositiveSmallIntegerField(null=True)),
                (
                    "digest",
                    models.BigIntegerField(
                        help_text="Made of the entries: the same for the same",
                        null=True,
                    ),
                ),
                (
                    "count",
                    models.PositiveIntegerField(
                        help_text="How many entries", null=True
                    ),
                ),
                (
                    "entries",
                    models.BinaryField(
                        help_text="`SearchEntry.packed` of all of them; null: stale",
                        null=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "search pack",
                "verbose_name_plural": "search packs",
                "indexes": [
                    models.Index(
                        fields=["door", "region", "digest", "count", "id"],
                        name="search_pack_digests",
                    ),
                    models.Index(
                        fields=["band", "column"], name="locator_sea_band_e64657_idx"
                    ),
                    models.Index(
                        condition=models.Q(("entries", None)),
                        fields=["id"],
                        name="search_pack_stale",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("count", None), ("digest", None), ("entries", None)
                            ),
                            models.Q(
                                ("count__isnull", False),
                                ("digest__isnull", False),
                                ("entries__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="search_pack_whole_or_stale",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="searchentry",
            name="home_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="searchentry",
            name="pack_id",
            field=models.BigIntegerField(db_index=True, null=True),
        ),
        migrations.RunPython(fetch_as_stored, migrations.RunPython.noop),
        migrations.RunPython(bring_home, migrations.RunPython.noop),
        migrations.RunPython(sum_anew, sum_anew),
        migrations.RunPython(check_keys_now, check_keys_now),
        migrations.AlterField(
            model_name="searchentry",
            name="home_id",
            field=models.BigIntegerField(db_index=True),
        ),
    ]
