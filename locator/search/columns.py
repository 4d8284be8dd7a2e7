"""Search entries column by column, as the matching goes through them. Pure."""

import numpy as np


class Columns:
    """The columns of search entries by their names, the entries clinic by clinic.

    Each is copied out of the entries when it is first asked for: what lies together is
    read much faster than what is strewn, and most are asked for more than once.
    """

    def __init__(self, entries: np.ndarray) -> None:
        self._entries = by_clinic(entries)
        self._columns: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._columns:
            self._columns[name] = np.ascontiguousarray(self._entries[name])
        return self._columns[name]


def by_clinic(entries: np.ndarray) -> np.ndarray:
    """The same entries, those of a clinic beside each other, by its id."""
    clinics = entries["clinic"]
    if (clinics[1:] >= clinics[:-1]).all():
        return entries
    return taken(entries, np.argsort(clinics, kind="stable"))


def taken(entries: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The entries at these places, in their order."""
    # As numbers: of entries numpy would copy each value by itself.
    numbers = entries.view("<u8").reshape(len(entries), entries.itemsize // 8)
    return np.take(numbers, at, axis=0).view(entries.dtype).reshape(-1)
