import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Cast, Floor

SITE = 1
# Between the last byte of a packed entry and its name, which begins a word of memory.
FILLING, NAME_LENGTH = b"\0\0\0", 8
AT_ONCE = 5000


def put_on_shelves(apps, schema_editor):
    """Say of every entry in which pack it belongs, and make these packs, all stale."""
    SearchEntry = apps.get_model("locator", "SearchEntry")
    SearchPack = apps.get_model("locator", "SearchPack")
    entries = SearchEntry.objects.using(schema_editor.connection.alias)
    column = Cast(Floor((F("longitude") + 180) * 10), models.BigIntegerField())
    door = Cast("door", models.BigIntegerField()) * Value(1 << 55)
    site = F("region") * (1 << 23) + F("band") * 4096 + column
    other = F("region") * (1 << 23) + F("clinic_id").bitrightshift(13)
    entries.update(pack_id=door + Case(When(door=SITE, then=site), default=other))
    packs = entries.order_by("pack_id").values("pack_id", "door", "region", "band")
    SearchPack.objects.using(schema_editor.connection.alias).bulk_create(
        [
            SearchPack(
                id=row["pack_id"],
                door=row["door"],
                region=row["region"],
                band=row["band"],
                column=row["pack_id"] % 4096 if row["door"] == SITE else None,
            )
            for row in packs.distinct()
        ],
        batch_size=AT_ONCE,
    )


def add_names(apps, schema_editor):
    """End each packed entry with the first eight bytes of its name, as a number."""
    SearchEntry = apps.get_model("locator", "SearchEntry")
    entries = SearchEntry.objects.using(schema_editor.connection.alias)
    last = 0
    while True:
        some = entries.filter(pk__gt=last).order_by("pk").only("packed", "name")
        some = list(some[:AT_ONCE])
        if not some:
            return
        last = some[-1].pk
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE locator_searchentry SET packed = %s WHERE id = %s",
                [(_with_name(bytes(each.packed), each.name), each.pk) for each in some],
            )


def _with_name(packed, name):
    start = name.encode()[:NAME_LENGTH].ljust(NAME_LENGTH, b"\0")
    return packed + FILLING + start[::-1]


def cut_names(apps, schema_editor):
    SearchEntry = apps.get_model("locator", "SearchEntry")
    entries = SearchEntry.objects.using(schema_editor.connection.alias)
    added = len(FILLING) + NAME_LENGTH
    for entry in entries.order_by("pk").only("packed").iterator(AT_ONCE):
        entries.filter(pk=entry.pk).update(packed=bytes(entry.packed)[:-added])


def check_keys_now(apps, schema_editor):
    """Let PostgreSQL check what it keeps for the end: it alters no table before."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def fetch_as_stored(apps, schema_editor):
    """Let PostgreSQL keep packs as they are: undoing its compression takes longer."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE locator_searchpack ALTER COLUMN entries SET STORAGE EXTERNAL"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("locator", "0008_sampled"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchPack",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "door",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "by the clinic's point"),
                            (2, "by a region it may treat"),
                            (3, "by neither"),
                        ]
                    ),
                ),
                ("region", models.BigIntegerField(help_text="0 where not known")),
                ("band", models.PositiveSmallIntegerField(null=True)),
                ("column", models.PositiveSmallIntegerField(null=True)),
                (
                    "entries",
                    models.BinaryField(
                        help_text=("`SearchEntry.packed` of all of them; null: stale"),
                        null=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "search pack",
                "verbose_name_plural": "search packs",
            },
        ),
        migrations.AddIndex(
            model_name="searchpack",
            index=models.Index(
                fields=["door", "region"], name="locator_sea_door_e940a6_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="searchpack",
            index=models.Index(
                fields=["band", "column"], name="locator_sea_band_e64657_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="searchpack",
            index=models.Index(
                name="search_pack_stale",
                fields=["id"],
                condition=models.Q(entries=None),
            ),
        ),
        migrations.AlterField(
            model_name="searchentry",
            name="clinic",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="locator.clinic",
            ),
        ),
        migrations.AlterField(
            model_name="searchentry",
            name="service",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="locator.service",
            ),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="pack_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunPython(fetch_as_stored, migrations.RunPython.noop),
        migrations.RunPython(put_on_shelves, migrations.RunPython.noop),
        migrations.RunPython(add_names, cut_names),
        migrations.RunPython(check_keys_now, check_keys_now),
        migrations.AlterField(
            model_name="searchentry",
            name="pack_id",
            field=models.BigIntegerField(db_index=True),
        ),
    ]
