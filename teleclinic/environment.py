"""How the settings read the environment: everything wrong is told at once."""

import functools
import os
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError


class Environment:
    """Reads variables as `environs.Env` does; an empty or wrong one is its default.

    `refuse_wrong` then says what is wrong with each, so that nobody who sets up a site
    mends one after the other. `names` are the variables that were asked for.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._env = Env()
        self._wrong: list[str] = []

    def __getattr__(self, kind: str) -> Callable:
        return functools.partial(self._read, getattr(self._env, kind))

    def _read(self, read: Callable, name: str, default: object, **options) -> object:
        self.names.add(name)
        if not os.environ.get(name):
            return default
        try:
            return read(name, default, **options)
        except EnvError as error:
            self.refuse(f"{name}: {_plainly(error)}")
            return default

    def refuse(self, sentence: str) -> None:
        """Remember what is wrong; `sentence` begins with the name of the variable."""
        self._wrong.append(sentence)

    def refuse_wrong(self) -> None:
        """Raise ImproperlyConfigured with every sentence, where there is any."""
        if len(self._wrong) == 1:
            raise ImproperlyConfigured(self._wrong[0])
        if self._wrong:
            lines = "".join(f"\n  {sentence}" for sentence in self._wrong)
            raise ImproperlyConfigured(f"{len(self._wrong)} of them:{lines}")


def _plainly(error: EnvError) -> str:
    """What is wrong, without the packaging in which environs brings it."""
    told = getattr(error, "error_messages", None) or [str(error)]
    while isinstance(told, dict):
        told = next(iter(told.values()))
    return " ".join(str(sentence) for sentence in told)
