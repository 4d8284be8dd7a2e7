"""The running server under requests that nobody means well with.

HOSTILE=200000 makes the run longer, and HOSTILE_SEED draws other requests.
"""

import asyncio
import json
import os
import re
import urllib.request
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

import psutil
import pytest

from tests import built_site

from .hostility import Hostility

MANY = int(os.environ.get("HOSTILE", 10_000))
SEED = int(os.environ.get("HOSTILE_SEED", 5))
AT_ONCE = 16
PATIENCE = 20  # seconds for one answer
# What caches of texts, and the heap between two sweeps, may take on their way.
MOST_GROWTH = 24 * 1024 * 1024
SEARCH = "/clinics.geojson?place=Texas&limit=100"
PAGE = "/clinics/?place=Texas"


@pytest.fixture(scope="module")
def site(built):
    """The address of the production server, over the samples, without limits."""
    # That a request was refused is logged; of ten thousand nobody wants to read it.
    with built_site.serving(built | {"LOCATOR_LOG_LEVEL": "CRITICAL"}) as url:
        yield url


class Attack:
    """Sends requests to a site, several at once, and keeps what came of them."""

    def __init__(self, url: str) -> None:
        self.host, self.port = urlsplit(url).hostname, urlsplit(url).port
        self.answers: Counter[int | None] = Counter()
        self.failed: list[tuple[int, bytes]] = []
        self.unanswered: list[bytes] = []

    def run(self, requests: Iterator[tuple[bytes, bool]]) -> None:
        asyncio.run(self._run(requests))

    async def _run(self, requests: Iterator[tuple[bytes, bool]]) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._send_all(requests))

    async def _send_all(self, requests: Iterator[tuple[bytes, bool]]) -> None:
        for sent, is_whole in requests:
            status = await self._status(sent, is_whole)
            self.answers[status] += 1
            if status is None and is_whole:
                self.unanswered.append(sent[:2_000])
            if status is not None and status >= 500:
                self.failed.append((status, sent[:2_000]))

    async def _status(self, sent: bytes, is_whole: bool) -> int | None:
        """The status that `sent` is answered with; None where nothing answers it.

        After half a request the sender is gone: a server takes that for a farewell.
        """
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(self.host, self.port)
            try:
                writer.write(sent)
                if not is_whole:
                    writer.write_eof()
                answer = await reader.read()
            except OSError:
                return None
            finally:
                writer.transport.abort()
        line = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
        return int(line[1]) if line else None


def workers(url: str) -> list[psutil.Process]:
    """The processes that serve the site at `url`."""
    port = str(urlsplit(url).port)
    server = next(
        each
        for each in psutil.Process().children()
        if any(port in word for word in each.cmdline())
    )
    return server.children(recursive=True) or [server]


def resident(url: str) -> int:
    """How many bytes of memory the workers of the site hold."""
    return sum(each.memory_info().rss for each in workers(url))


def answered(url: str) -> tuple[dict, list[str]]:
    """What the same search answers: to a program, and the names on its page."""
    with urllib.request.urlopen(url + SEARCH) as told:
        collection = json.load(told)
    with urllib.request.urlopen(url + PAGE) as page:
        names = re.findall(r'href="/clinics/([\w-]+)/', page.read().decode())
    return collection, names


def test_ten_thousand_hostile_requests_neither_break_nor_fill_nor_change_the_site(site):
    requests, attack = Hostility(SEED).requests(MANY), Attack(site)
    before = answered(site)
    processes = {each.pid for each in workers(site)}

    # What is kept is kept after a while; from then on nothing may be added.
    attack.run(islice(requests, MANY * 2 // 5))
    settled = resident(site)
    attack.run(requests)

    assert attack.failed == []
    assert attack.answers.total() == MANY
    assert attack.unanswered == []
    assert attack.answers[200] > MANY / 10
    assert resident(site) - settled < MOST_GROWTH
    assert {each.pid for each in workers(site)} == processes
    assert before[0]["numberMatched"] > 0
    assert answered(site) == before
