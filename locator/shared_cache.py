"""The cache that all processes share, where `CACHE_URL` names one. Nothing needs it."""

import functools
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

logger = logging.getLogger(__name__)

# What is remembered is made in less time than waiting longer would take.
TIMEOUT = 0.1  # seconds
# How long nobody asks a server that did not answer.
PAUSE = 5.0  # seconds


class SharedCache(RedisCache):
    """Django's cache in Redis or Valkey, which costs nothing but speed while away.

    Then every `get` is a miss and nothing is kept; none of it raises but `incr`, which
    raises ValueError as for a key that is not there. It holds JSON, and bytes.
    """

    @property
    def _cache(self) -> "_Client":
        return _client(tuple(self._servers))


class Fuse:
    """Whether the server is worth asking: not for a while after it failed."""

    def __init__(self) -> None:
        self._closed_at = 0.0
        self._is_away = False
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._closed_at

    def blow(self, error: Exception) -> None:
        self._closed_at = time.monotonic() + PAUSE
        with self._lock:
            is_new, self._is_away = not self._is_away, True
        if is_new:
            logger.warning("The shared cache is away: %s", type(error).__name__)

    def hold(self) -> None:
        if not self._is_away:
            return
        with self._lock:
            was_away, self._is_away = self._is_away, False
        if was_away:
            logger.warning("The shared cache is back")


# One for all threads, each of which has a `SharedCache` of its own.
_FUSE = Fuse()


def is_away() -> bool:
    """Whether the shared cache is not asked now, because it did not answer."""
    return _FUSE.is_open


class Plain:
    """Values as text that says what they are.

    Never pickled: whoever can write to the cache must not run code of theirs here.
    """

    def dumps(self, value: Any) -> bytes | int:
        if type(value) is int:
            # As it is, so that the server can count with it.
            return value
        if isinstance(value, bytes):
            return b"b" + value
        return b"j" + json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """ValueError for what `dumps` did not write."""
        if data[:1] == b"b":
            return data[1:]
        return json.loads(data[1:]) if data[:1] == b"j" else int(data)


class _Client(RedisCacheClient):
    def __init__(self, servers: Sequence[str]) -> None:
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as LostError
        from redis.exceptions import RedisError
        from redis.retry import Retry

        # Once more where the server closed a connection that nobody used.
        again = Retry(NoBackoff(), 1, supported_errors=(LostError,))
        waits = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
        super().__init__(servers, serializer=Plain, retry=again, **waits)
        self._failures = (RedisError, OSError)

    def _try(self, call: Callable, *arguments: Any, otherwise: Any) -> Any:
        """What `call` returns, or `otherwise` where it cannot be had."""
        if _FUSE.is_open:
            return otherwise
        try:
            result = call(*arguments)
        except self._failures as error:
            _FUSE.blow(error)
            return otherwise
        except ValueError:
            # Somebody else wrote what stands there.
            return otherwise
        _FUSE.hold()
        return result

    def add(self, key, value, timeout):
        return self._try(super().add, key, value, timeout, otherwise=False)

    def get(self, key, default):
        return self._try(super().get, key, default, otherwise=default)

    def set(self, key, value, timeout):
        self._try(super().set, key, value, timeout, otherwise=None)

    def touch(self, key, timeout):
        return self._try(super().touch, key, timeout, otherwise=False)

    def delete(self, key):
        return self._try(super().delete, key, otherwise=False)

    def get_many(self, keys):
        return self._try(super().get_many, keys, otherwise={})

    def has_key(self, key):
        return self._try(super().has_key, key, otherwise=False)

    def incr(self, key, delta):
        result = self._try(super().incr, key, delta, otherwise=None)
        if result is None:
            raise ValueError("There is no such number in the shared cache now.")
        return result

    def set_many(self, data, timeout):
        self._try(super().set_many, data, timeout, otherwise=None)

    def delete_many(self, keys):
        self._try(super().delete_many, keys, otherwise=None)

    def clear(self):
        return self._try(super().clear, otherwise=False)


@functools.cache
def _client(servers: Sequence[str]) -> _Client:
    """One for all threads, which take a connection only while they use it."""
    return _Client(servers)
