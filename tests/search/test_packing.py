"""What is packed in few bytes is what it was."""

import numpy as np
import pytest

from locator.models import Door
from locator.search.packing import MANY, PackedColumns, packed
from locator.search.reading import ENTRY

# What the columns of a pack hold at most and at least, in turn.
SPANS = [
    (0, 1),
    (0, 127),
    (0, 255),
    (0, 70_000),
    (-5, 1 << 33),
    (1 << 40, (1 << 40) + 9),
    (0, (1 << 63) - 1),
    (-(1 << 63), (1 << 63) - 1),
]


def drawn(count, seed=1):
    """Entries whose columns are as wide as `SPANS`, or as their dtypes allow."""
    random = np.random.default_rng(seed)
    entries = np.zeros(count, dtype=ENTRY)
    for number, name in enumerate(ENTRY.names):
        column = entries[name]
        if column.dtype.kind == "f":
            entries[name] = np.where(random.random(count) < 0.2, np.nan, 0.25)
            continue
        limits = np.iinfo(column.dtype)
        first, last = SPANS[(number + seed) % len(SPANS)]
        first, last = max(first, limits.min), min(last, limits.max)
        first = min(first, last - 1)
        entries[name] = random.integers(first, last, count, column.dtype, endpoint=True)
    entries["clinic"] = random.integers(1 << 20, (1 << 20) + 50, count)
    return entries


def in_order(entries):
    """Their bytes clinic by clinic, zeros between the columns."""
    order = np.argsort(entries["clinic"], kind="stable")
    ordered = np.zeros(len(entries), dtype=ENTRY)
    for name in ENTRY.names:
        ordered[name] = entries[name][order]
    return ordered.tobytes()


@pytest.mark.parametrize("seed", range(len(SPANS)))
@pytest.mark.parametrize("count", [0, 1, MANY - 1, MANY, MANY + 3, 5000])
def test_every_width_comes_back_as_it_was(count, seed):
    entries = drawn(count, seed)

    found = PackedColumns([packed(entries.tobytes())])

    assert len(found) == count
    assert found.entries().tobytes() == in_order(entries)


def test_packs_and_single_entries_are_read_together_clinic_by_clinic():
    many, few, alone = drawn(MANY, 1), drawn(30, 2), drawn(1, 3)

    values = [packed(each.tobytes()) for each in (many, few, alone)]
    found = PackedColumns(values)

    assert found.entries().tobytes() == in_order(np.concatenate([few, alone, many]))


def test_of_homes_coverage_doors_are_left_out():
    many, few, homes = drawn(MANY, 1), drawn(30, 2), drawn(MANY + 7, 3)
    for each in (many, few, homes):
        each["door"] = np.arange(len(each)) % 3 + 1

    values = [packed(each.tobytes()) for each in (few, many)]
    found = PackedColumns(values, homes=[packed(homes.tobytes())])

    stays = homes[homes["door"] != Door.COVERAGE]
    assert found.entries().tobytes() == in_order(np.concatenate([few, many, stays]))


def test_what_is_alike_takes_hardly_a_byte():
    entries = np.zeros(10_000, dtype=ENTRY)
    entries["clinic"] = np.arange(10_000)

    assert len(packed(entries.tobytes())) < 10_000 * (2 + 3 * 8) + 1000


def test_nothing_is_no_entries():
    assert len(PackedColumns([])) == 0
    assert len(PackedColumns([])["hours"]) == 0
