"""Bring the closed lists, regions and helplines of `fixtures/` into the database."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from ...models import (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Catalogue,
    Compact,
    CrisisPhrase,
    DataVersion,
    Eligibility,
    GroupServed,
    Helpline,
    Language,
    LoadedEntry,
    Modality,
    OfficialFinder,
    PaymentOption,
    Region,
    ServiceType,
    Source,
    Specialty,
    Versioned,
)

# In the order in which they refer to one another, each with what makes an entry one.
FILES: Mapping[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "regions": (Region, ("code",)),
    "service_types": (ServiceType, ("code",)),
    "specialties": (Specialty, ("code",)),
    "modalities": (Modality, ("code",)),
    "languages": (Language, ("code",)),
    "payment_options": (PaymentOption, ("code",)),
    "eligibilities": (Eligibility, ("code",)),
    "age_groups": (AgeGroup, ("code",)),
    "accessibility_features": (AccessibilityFeature, ("code",)),
    "groups_served": (GroupServed, ("code",)),
    "care_settings": (CareSetting, ("code",)),
    "helplines": (Helpline, ("country", "kind", "number")),
    "official_finders": (OfficialFinder, ("country", "url")),
    "crisis_phrases": (CrisisPhrase, ("language", "phrase")),
    "sources": (Source, ("code",)),
}

COMPACTS = "compacts"

Values = dict[str, Any]


class Command(BaseCommand):
    help = (
        "Loads regions, catalogues, helplines, official finders and sources from "
        "fixtures/. Creates what is missing and follows what changed there; a field "
        "that a curator edited and an entry that a curator deleted stay as they are. "
        "Compacts are only made where they are missing: services hang on them."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--folder",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="read the files from here instead of fixtures/",
        )

    def handle(self, *, folder, verbosity, **options):
        tally = load(folder)
        if verbosity:
            self.stdout.write(closing_line(tally))


def load(folder: Path) -> Counter[str]:
    """Bring the entries of `folder` in, all or nothing; counts of what was done.

    Raises CommandError with a sentence for what cannot be read or may not be written.
    """
    entries = {name: list(read(folder / f"{name}.json")) for name in (*FILES, COMPACTS)}
    tally = Counter(read=sum(map(len, entries.values())))
    with transaction.atomic():
        for name, (model, key) in FILES.items():
            _FileLoad(name, model, key, tally).run(entries[name])
        _load_compacts(entries[COMPACTS], tally)
        if tally["new"] or tally["changed"]:
            DataVersion.bump(Versioned.CATALOGUES)
    return tally


def _load_compacts(entries: list[Values], tally: Counter[str]) -> None:
    """Make the compacts that were never here: of others, curators keep the members."""
    model = Compact._meta.model_name
    seen = {*LoadedEntry.objects.filter(model=model).values_list("key", flat=True)}
    seen |= {*Compact.objects.values_list("code", flat=True)}
    regions = {*Region.objects.values_list("code", flat=True)}
    for number, entry in enumerate(entries, start=1):
        if entry.get("code") in seen:
            continue
        try:
            _make_compact(entry, regions)
        except (ValidationError, TypeError, KeyError) as error:
            said = str(error)
            if isinstance(error, ValidationError):
                said = " ".join(_sentences(error))
            place = f"{COMPACTS}.json, entry {number}"
            raise CommandError(f"{place}: {said}") from None
        LoadedEntry.objects.create(model=model, key=entry["code"], values=entry)
        tally["new"] += 1


def _make_compact(entry: Values, regions: Collection[str]) -> None:
    """Make the compact of `entry`, whose members are codes of regions."""
    members = entry["members"]
    if unknown := sorted({*members} - {*regions}):
        raise ValidationError(f"members: there is no {', '.join(unknown)}.")
    compact = Compact(**{key: entry[key] for key in entry if key != "members"})
    compact.full_clean()
    compact.save()
    for code in members:
        # One by one: the history is to know them.
        compact.members.create(region_id=code)


def closing_line(tally: Mapping[str, int]) -> str:
    """What `tally` counts, in a sentence."""
    done = ", ".join(
        f"{tally[what]} {words}"
        for what, words in (
            ("new", "new"),
            ("changed", "changed"),
            ("kept", "kept as edited here"),
            ("gone", "kept deleted"),
        )
        if tally[what]
    )
    return f"Catalogues: {tally['read']} entries, {done or 'nothing new'}."


def read(path: Path) -> Iterator[Values]:
    """The entries of the file, which is a JSON list of objects."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise CommandError(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CommandError(f"{path.name} cannot be read: {error}.") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise CommandError(f"{path.name} must hold a list of objects.")
    yield from found


class _FileLoad:
    """The entries of one file on their way into one table."""

    def __init__(
        self,
        name: str,
        model: type[models.Model],
        key: tuple[str, ...],
        tally: Counter[str],
    ) -> None:
        self.name, self.model, self.key, self.tally = name, model, key, tally
        self.fields = {
            field.name: field
            for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
            if field.name != "bit" and not isinstance(field, models.AutoField)
        }

    def run(self, entries: list[Values]) -> None:
        loaded = LoadedEntry.objects.filter(model=self.model._meta.model_name)
        self.loaded = {one.key: one for one in loaded}
        many = [field.name for field in self.model._meta.many_to_many]
        rows = self.model._default_manager.prefetch_related(*many)
        self.taken: set[str] = set()
        self.rows = {self._key(self._values(row)): row for row in rows}
        for position, entry in enumerate(entries, start=1):
            try:
                self._take(self._whole(entry, position))
            except ValidationError as error:
                said = " ".join(_sentences(error))
                place = f"{self.name}.json, entry {position}"
                raise CommandError(f"{place}: {said}") from None

    def _whole(self, entry: Values, position: int) -> Values:
        """`entry` with every field of the model, left-out ones by their defaults."""
        if unknown := sorted(entry.keys() - self.fields.keys()):
            raise ValidationError(f"There is no field {', '.join(unknown)}.")
        if missing := [name for name in self.key if not entry.get(name)]:
            raise ValidationError(f"{', '.join(missing)} is missing.")
        whole = {
            name: [] if field.many_to_many else field.get_default()
            for name, field in self.fields.items()
        }
        if "position" in whole:
            whole["position"] = position
        whole |= entry
        for name, field in self.fields.items():
            if field.many_to_many:
                whole[name] = sorted(whole[name])
        return whole

    def _take(self, entry: Values) -> None:
        key = self._key(entry)
        if key in self.taken:
            raise ValidationError(f"{key} is there twice.")
        self.taken.add(key)
        loaded, row = self.loaded.get(key), self.rows.get(key)
        if row is None and loaded is None:
            self._create(key, entry)
        elif row is None:
            self.tally["gone"] += 1
        elif loaded is None:
            # A curator made it before the fixtures had it.
            self.tally["kept"] += self._values(row) != entry
        else:
            self._follow(row, loaded, entry)

    def _create(self, key: str, entry: Values) -> None:
        row = self.model()
        if isinstance(row, Catalogue):
            row.bit = self.model.next_bit()
        self._write(row, entry)
        self.rows[key] = row
        self.loaded[key] = LoadedEntry.objects.create(
            model=self.model._meta.model_name, key=key, values=entry
        )
        self.tally["new"] += 1

    def _follow(self, row: models.Model, loaded: LoadedEntry, entry: Values) -> None:
        """Write what the fixture changed, where nobody edited that field meanwhile."""
        now, then = self._values(row), loaded.values
        other = {name for name, value in entry.items() if now[name] != value}
        edited = {name for name in other if now[name] != then.get(name, now[name])}
        changed = {name: entry[name] for name in other - edited}
        self.tally["kept"] += bool(edited)
        if changed:
            self._write(row, changed)
            self.tally["changed"] += 1
        written = entry | {name: then[name] for name in edited}
        if written != then:
            loaded.values = written
            loaded.save()

    def _write(self, row: models.Model, values: Values) -> None:
        many = {}
        for name, value in values.items():
            field = self.fields[name]
            if field.many_to_many:
                many[name] = self._codes(field, value)
            else:
                setattr(row, field.attname, field.to_python(value))
        row.full_clean()
        row.save()
        for name, codes in many.items():
            getattr(row, name).set(codes)

    def _codes(self, field: models.ManyToManyField, codes: list[str]) -> list[str]:
        others = field.related_model._default_manager
        known = set(others.filter(pk__in=codes).values_list("pk", flat=True))
        if unknown := sorted(set(codes) - known):
            raise ValidationError(f"{field.name}: there is no {', '.join(unknown)}.")
        return codes

    def _values(self, row: models.Model) -> Values:
        """The fields of `row` as a fixture would write them."""
        return {name: _plain(row, field) for name, field in self.fields.items()}

    def _key(self, values: Values) -> str:
        return " ".join(str(values[name]) for name in self.key)


def _plain(row: models.Model, field: models.Field) -> Any:
    if field.many_to_many:
        return sorted(other.pk for other in getattr(row, field.name).all())
    value = getattr(row, field.attname)
    return value.isoformat() if isinstance(value, date) else value


def _sentences(error: ValidationError) -> Iterator[str]:
    if not hasattr(error, "error_dict"):
        yield from error.messages
        return
    for name, messages in error.message_dict.items():
        for message in messages:
            yield message if name == "__all__" else f"{name}: {message}"
