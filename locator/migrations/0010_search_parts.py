import secrets

from django.db import migrations, models


def make_parts(apps, schema_editor):
    """Make a part, stale, for the ids of all clinics and of all entries."""
    schema_editor.execute(
        "INSERT INTO locator_searchpart (id) SELECT id / 2048 FROM locator_clinic "
        "UNION SELECT clinic_id / 2048 FROM locator_searchentry"
    )


def learn_spellings(apps, schema_editor):
    """Keep each word by which a clinic is found once."""
    schema_editor.execute(
        "INSERT INTO locator_spelling (word, batch) "
        "SELECT word, %s FROM locator_searchword GROUP BY word ORDER BY word",
        [secrets.token_hex(8)],
    )


def fetch_as_stored(apps, schema_editor):
    """Let PostgreSQL keep parts as they are: undoing its compression takes longer."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE locator_searchpart ALTER COLUMN entries SET STORAGE EXTERNAL"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("locator", "0009_search_packs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Spelling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("word", models.CharField(max_length=80, unique=True)),
                ("batch", models.CharField(max_length=16)),
            ],
            options={
                "verbose_name": "spelling",
                "verbose_name_plural": "spellings",
            },
        ),
        migrations.CreateModel(
            name="SearchPart",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "sums",
                    models.JSONField(
                        help_text="What its clinics hold; null: stale", null=True
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
                "verbose_name": "search part",
                "verbose_name_plural": "search parts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("entries", None)),
                        fields=["id"],
                        name="search_part_stale",
                    )
                ],
            },
        ),
        migrations.RunPython(fetch_as_stored, migrations.RunPython.noop),
        migrations.RunPython(make_parts, migrations.RunPython.noop),
        migrations.RunPython(learn_spellings, migrations.RunPython.noop),
    ]
