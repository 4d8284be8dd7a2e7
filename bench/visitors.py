"""Visitors of a site at a local port, as cheap as a program can be: for `make load`.

One process, keep-alive, no parsing beyond what tells a right answer from a wrong one:
the status, and what the beginning of the unpacked page says.

.venv/bin/python bench/visitors.py PORT PLAN CLIENTS PAUSE SECONDS    # prints JSON

PLAN is a file of JSON: [kind, address, text that the answer must hold] each.
"""

import asyncio
import json
import random
import signal
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HEAD_END = b"\r\n\r\n"
# Within so much of a page stands its title.
LOOKED_AT = 4096
PATIENCE = 30  # seconds
MOST_TOLD = 5

Visit = tuple[str, str, str]


@dataclass
class Seen:
    """What came of the visits: milliseconds by kind, and what went wrong how often."""

    taken: defaultdict[str, list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )
    errors: Counter[str] = field(default_factory=Counter)
    octets: int = 0


@dataclass
class End:
    """When the visitors leave: at a time of the clock, or when they are called."""

    at: float

    def come(self) -> None:
        self.at = 0

    @property
    def is_there(self) -> bool:
        return time.monotonic() >= self.at


class WrongAnswerError(Exception):
    """An answer that is not what was asked for."""


class Connection(asyncio.Protocol):
    """A connection that asks one thing at a time."""

    def __init__(self) -> None:
        self._came = bytearray()
        self._answer: asyncio.Future[bytes] | None = None
        self._size = 0
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(WrongAnswerError("the connection was closed"))

    def close(self) -> None:
        self._transport.close()

    async def ask(self, request: bytes) -> bytes:
        """The whole answer to `request`, head and body."""
        self._came.clear()
        self._size = 0
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        async with asyncio.timeout(PATIENCE):
            return await self._answer

    def data_received(self, data: bytes) -> None:
        self._came += data
        if not self._size:
            end = self._came.find(HEAD_END)
            if end < 0:
                return
            self._size = end + len(HEAD_END) + _length(bytes(self._came[:end]))
        if len(self._came) >= self._size and self._answer and not self._answer.done():
            self._answer.set_result(bytes(self._came))


def _length(head: bytes) -> int:
    """What the body measures: every answer of the site says it."""
    at = head.lower().find(b"content-length:")
    if at < 0:
        raise WrongAnswerError("an answer without its length")
    return int(head[at + 15 :].split(b"\r\n", 1)[0])


def check(answer: bytes, text: bytes) -> None:
    """Raise WrongAnswerError where it is no 200, or another page than asked for."""
    head, _, body = answer.partition(HEAD_END)
    status = head[9:12]
    if status != b"200":
        raise WrongAnswerError(f"status {status.decode()}")
    if b"content-encoding: gzip" in head.lower():
        body = zlib.decompressobj(wbits=31).decompress(body, LOOKED_AT)
    if text not in body[:LOOKED_AT]:
        raise WrongAnswerError("another page than was asked for")


async def visitor(
    port: int,
    plan: Sequence[Visit],
    pause: float,
    end: End,
    chance: random.Random,
    seen: Seen,
) -> None:
    """Ask one thing after the other, with about `pause` seconds between."""
    loop, connection = asyncio.get_running_loop(), None
    if pause:
        await asyncio.sleep(chance.uniform(0, pause))
    while not end.is_there:
        kind, path, text = chance.choice(plan)
        start = time.perf_counter()
        try:
            if connection is None or not connection.is_open:
                _, connection = await loop.create_connection(
                    Connection, "127.0.0.1", port
                )
            answer = await connection.ask(_request(path))
            seen.octets += len(answer)
            check(answer, text.encode())
        except (WrongAnswerError, OSError, TimeoutError) as error:
            seen.errors[f"{kind}: {str(error) or type(error).__name__}"] += 1
            if connection:
                connection.close()
            connection = None
        else:
            seen.taken[kind].append((time.perf_counter() - start) * 1000)
        if pause:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
    if connection:
        connection.close()


def _request(path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
        "Accept-Encoding: gzip\r\nAccept-Language: en\r\n\r\n"
    ).encode()


async def visit(
    port: int, plan: Sequence[Visit], clients: int, pause: float, seconds: float
) -> dict:
    """What `clients` see in `seconds`, and how much of a core they cost."""
    seen, start, work = Seen(), time.monotonic(), time.process_time()
    end = End(start + seconds)
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, end.come)
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            chance = random.Random(f"{clients} {number}")
            group.create_task(visitor(port, plan, pause, end, chance, seen))
    elapsed = time.monotonic() - start
    return {
        "clients": clients,
        "pause": pause,
        "seconds": round(elapsed, 2),
        "taken": dict(seen.taken),
        "errors": dict(seen.errors.most_common(MOST_TOLD)),
        "failed": seen.errors.total(),
        "megabytes": round(seen.octets / 1e6, 1),
        "own_share": round((time.process_time() - work) / elapsed, 3),
    }


if __name__ == "__main__":
    port, plan, clients, pause, seconds = sys.argv[1:]
    asked = json.loads(Path(plan).read_text())
    told = visit(int(port), asked, int(clients), float(pause), float(seconds))
    print(json.dumps(asyncio.run(told)))
