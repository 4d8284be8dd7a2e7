import secrets
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..prepared import Prepared

Made = TypeVar("Made")


class Versioned(StrEnum):
    """What a process may keep in memory for as long as its token stays the same."""

    CATALOGUES = "catalogues"
    CLINICS = "clinics"
    PLACES = "places"


class DataVersion(models.Model):
    """A random token that changes with every change of a part of the data.

    Random, not counted: a rolled-back change can never be taken for a later one.
    """

    part = models.CharField(_("part"), max_length=20, primary_key=True)
    token = models.CharField(_("token"), max_length=64)

    class Meta:
        verbose_name = _("data version")
        verbose_name_plural = _("data versions")

    def __str__(self) -> str:
        return f"{self.part}: {self.token}"

    @classmethod
    def bump(cls, part: Versioned) -> None:
        """Say, in the running transaction, that `part` changes."""
        cls.objects.update_or_create(
            part=part, defaults={"token": secrets.token_hex(16)}
        )

    @classmethod
    def of(cls, request: HttpRequest) -> Mapping[str, str]:
        """The token of every part that has one, asked once for all of `request`."""
        if not hasattr(request, "_data_versions"):
            request._data_versions = dict(_TOKENS.rows())
        return request._data_versions

    @classmethod
    def hold(cls) -> None:
        """Hold off every other writer of any part, until the transaction ends.

        SQLite holds them off by itself: its transactions begin as writers.
        """
        list(cls.objects.select_for_update().order_by("pk"))

    @classmethod
    def token_of(cls, part: Versioned) -> str | None:
        """The token of `part` now; None where nothing was ever loaded. One query."""
        return cls.objects.filter(part=part).values_list("token", flat=True).first()


_TOKENS = Prepared(
    DataVersion, lambda: DataVersion.objects.values_list("part", "token")
)


# How long a thread waits for another that makes the same, which may hang.
MAKING = 5  # seconds


class Kept(Generic[Made]):
    """What this process made of a part of the data, for as long as its token stands.

    After a change one thread makes it anew and the others wait: were all to make it,
    each would take as many times as long.
    """

    def __init__(self, make: Callable[[], Made], patience: float = MAKING) -> None:
        self._make, self._patience = make, patience
        self._kept: tuple[str, Made] | None = None
        self._making = threading.Lock()

    def at(self, token: str | None) -> Made:
        """What belongs to `token`, which was read first; for None made anew."""
        if token is None:
            return self._make()
        kept = self._kept
        return kept[1] if kept and kept[0] == token else self._made_at(token)

    def _made_at(self, token: str) -> Made:
        is_alone = self._making.acquire(timeout=self._patience)
        try:
            kept = self._kept
            if kept is None or kept[0] != token:
                # What changes meanwhile only makes us read again.
                kept = self._kept = (token, self._make())
            return kept[1]
        finally:
            if is_alone:
                self._making.release()
