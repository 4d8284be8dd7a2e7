"""What a request carries, read before the site is called: the slow must not stop all.

The server waits for a body as long as it takes, and a thread waits with it. Whoever
sends a few halves of a body would have every thread. So only some of them may wait at
once; the others go on answering what carries nothing, as all searches do. A proxy that
takes bodies in by itself before it asks the site, as ours do, makes this no wait.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from typing import IO

# What is larger is read into a file.
IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024
# How long one waits for its turn, in seconds: longer, and those who wait are too many.
TURN = 0.1
# How long a body may take: so many seconds, and one more for so many bytes.
PATIENCE = 20
BYTES_A_SECOND = 50_000


class BodyError(Exception):
    """A body that was not read; `status` is what to answer."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Bodies:
    """Reads bodies, `at_once` of them at the same time at most. For several threads."""

    def __init__(self, at_once: int) -> None:
        self._places = threading.BoundedSemaphore(at_once)

    def take(self, source: IO[bytes], length: int) -> IO[bytes]:
        """The `length` bytes of `source`, all there to be read; BodyError else.

        Close it when it was read.
        """
        if not self._places.acquire(timeout=TURN):
            raise BodyError("503 Service Unavailable")
        try:
            return _read(source, length)
        finally:
            self._places.release()


def _read(source: IO[bytes], length: int) -> IO[bytes]:
    body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    try:
        for piece in _pieces(source, length):
            body.write(piece)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


def _pieces(source: IO[bytes], left: int) -> Iterator[bytes]:
    until = time.monotonic() + PATIENCE + left / BYTES_A_SECOND
    while left:
        piece = source.read(min(left, PIECE))
        if not piece:
            raise BodyError("400 Bad Request")
        if time.monotonic() > until:
            raise BodyError("408 Request Timeout")
        left -= len(piece)
        yield piece
