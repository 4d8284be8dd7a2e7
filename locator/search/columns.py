"""Search entries column by column, as the matching goes through them. Pure."""

import numpy as np


class Columns:
    """The columns of search entries by their names, the entries clinic by clinic.

    Each is copied out of the entries when it is first asked for: what lies together is
    read much faster than what is strewn, and most are asked for more than once.
    """

    def __init__(self, entries: np.ndarray) -> None:
        self._entries, self._order = entries, _order_of(entries["clinic"])
        self._columns: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._columns:
            column = self._entries[name]
            if self._order is not None:
                column = column[self._order]
            self._columns[name] = np.ascontiguousarray(column)
        return self._columns[name]


class Chosen(Columns):
    """Some entries of others, at ascending places."""

    def __init__(self, columns: Columns, at: np.ndarray) -> None:
        self._of, self._at = columns, at
        self._columns = {}

    def __len__(self) -> int:
        return len(self._at)

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._columns:
            self._columns[name] = self._of[name][self._at]
        return self._columns[name]


def by_clinic(entries: np.ndarray) -> np.ndarray:
    """The same entries, those of a clinic beside each other, by its id."""
    order = _order_of(entries["clinic"])
    return entries if order is None else taken(entries, order)


def _order_of(clinics: np.ndarray) -> np.ndarray | None:
    """The places of `clinics` in ascending order, None where they are in it."""
    if (clinics[1:] >= clinics[:-1]).all():
        return None
    return np.argsort(clinics, kind="stable")


def taken(entries: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The entries at these places, in their order."""
    # As numbers: of entries numpy would copy each value by itself.
    numbers = entries.view("<u8").reshape(len(entries), entries.itemsize // 8)
    return np.take(numbers, at, axis=0).view(entries.dtype).reshape(-1)
