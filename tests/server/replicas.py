"""`make replicas`: servers of the database are killed while visitors search.

A real primary and standby, the production server in front of both, and visitors who
never stop asking. What each step says must hold, or it ends with what did not.
"""

import http.client
import http.cookiejar
import re
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from tests import built_site

from .cluster import Server, folder_for_servers

CLIENTS = 4
PAUSE = 0.1  # seconds between two requests of one client
PATIENCE = 30  # seconds, on a machine that does much besides
# As many answers as hardly come from one of two workers alone.
IN_A_ROW = 10
LAG = 5  # seconds that a replica may be behind
CURATOR = {"username": "curator", "password": "only for this drill"}
SLUG = "wickelwold-family-clinic-austin-tx"
# What visitors ask, and what the answer must hold.
ASKED = [
    ("/clinics/?region=US-TX", b'<li class="card'),
    ("/clinics/?region=US-TX&visit=remote&language=es", b'<li class="card'),
    ("/clinics.geojson?region=US-CA", b'"FeatureCollection"'),
    ("/clinics/", b'<li class="card'),
    ("/", b"</html>"),
]
FILLED = ["migrate"], ["load_catalogues"], ["load_samples"]
BUILT = ["compile_translations"], ["collectstatic", "--no-input"]


@dataclass
class Step:
    """What visitors met during one part of the drill."""

    name: str
    requests: int = 0
    failed: int = 0
    slowest: float = 0.0  # seconds
    first_failure: str = ""

    def __str__(self) -> str:
        told = f"{self.requests:6} {self.failed:7} {1000 * self.slowest:8.0f} ms"
        return f"{self.name:52} {told}  {self.first_failure}".rstrip()


class Visitors:
    """Clients that ask one thing after the other, over connections that they keep."""

    def __init__(self, url: str) -> None:
        self._host = urllib.parse.urlsplit(url).netloc
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self.steps = [Step("nothing yet")]
        self._threads = [
            threading.Thread(target=self._visit, args=[number], daemon=True)
            for number in range(CLIENTS)
        ]

    def begin(self, name: str) -> None:
        """Count what comes from now on under `name`, till the next."""
        with self._lock:
            self.steps.append(Step(name))

    def have_asked(self) -> bool:
        """Whether enough was counted to say how it is."""
        return self.steps[-1].requests >= 5 * CLIENTS

    def __enter__(self) -> "Visitors":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _visit(self, number: int) -> None:
        asked = cycle(ASKED[number:] + ASKED[:number])
        line = http.client.HTTPConnection(self._host, timeout=PATIENCE)
        while not self._is_over.wait(PAUSE):
            address, held = next(asked)
            start = time.monotonic()
            try:
                line.request("GET", address)
                answer = line.getresponse()
                body, status = answer.read(), str(answer.status)
            except (OSError, http.client.HTTPException) as error:
                line.close()
                body, status = b"", type(error).__name__
            is_well = status == "200" and held in body
            self._count(address, status, time.monotonic() - start, is_well)
        line.close()

    def _count(self, address: str, status: str, seconds: float, is_well: bool) -> None:
        with self._lock:
            step = self.steps[-1]
            step.requests += 1
            step.slowest = max(step.slowest, seconds)
            if not is_well:
                step.failed += 1
                step.first_failure = step.first_failure or f"{address}: {status}"


class Curator:
    """Somebody at the desk, signed in."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._browser = urllib.request.build_opener(jar)

    def get(self, address: str) -> tuple[int, str]:
        return self._ask(address, None)

    def post(self, address: str, **fields: str) -> tuple[int, str]:
        return self._ask(address, urllib.parse.urlencode(fields).encode())

    def sign_in(self) -> None:
        _, page = self.get("/admin/login/")
        token = _value(page, "csrfmiddlewaretoken")
        status, page = self.post("/admin/login/", csrfmiddlewaretoken=token, **CURATOR)
        assert status == 200, page

    def _ask(self, address: str, body: bytes | None) -> tuple[int, str]:
        request = urllib.request.Request(self.url + address, body)
        request.add_header("Origin", self.url)
        try:
            with self._browser.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@dataclass
class Drill:
    """What is there to play with."""

    visitors: Visitors
    curator: Curator
    one: Server
    other: Server

    def ready(self) -> str:
        return self.curator.get("/readyz")[1].strip()

    def expect(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until it holds; fail with `what` where it never does."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}; /readyz says: {self.ready()}")
            time.sleep(0.1)

    def expect_ready(self, said: str) -> None:
        """Wait until each worker says so: any of them may answer."""
        self.expect(
            lambda: all(self.ready() == said for _ in range(IN_A_ROW)),
            f"waited for {said!r}",
        )

    def name(self, server: Server, name: str) -> None:
        """Call the clinic of `SLUG` so in `server`, as its next reader finds it."""
        sql = "UPDATE locator_clinic SET name = %s WHERE slug = %s RETURNING id"
        server.ask(sql, name, SLUG)

    def is_shown(self, name: str) -> bool:
        return name in self.curator.get(f"/clinics/{SLUG}/")[1]


def all_is_well(drill: Drill) -> None:
    """both are there"""
    drill.expect_ready("ready")


def a_replica_falls_behind(drill: Drill) -> None:
    """the replica falls behind, and catches up"""
    drill.other.ask("SELECT pg_wal_replay_pause()::text")
    drill.name(drill.one, "Renamed meanwhile")
    assert not drill.is_shown("Renamed meanwhile"), "the replica was not read from"
    drill.expect_ready("ready, but replica-2 is behind")
    drill.expect(lambda: drill.is_shown("Renamed meanwhile"), "still read from it")
    drill.other.ask("SELECT pg_wal_replay_resume()::text")
    drill.expect_ready("ready")


def the_replica_dies(drill: Drill) -> None:
    """the replica is killed"""
    drill.other.kill()
    drill.expect_ready("ready, but replica-2 is away")
    assert drill.curator.get("/admin/")[0] == 200


def the_replica_returns(drill: Drill) -> None:
    """the replica is started again"""
    drill.other.start()
    drill.expect_ready("ready")


def the_replica_hangs(drill: Drill) -> None:
    """the replica hangs (it answers nothing any more)"""
    drill.other.freeze()
    drill.expect_ready("ready, but replica-2 is away")
    time.sleep(1)
    drill.other.thaw()
    drill.expect_ready("ready")


def the_primary_dies(drill: Drill) -> None:
    """the primary is killed"""
    address = f"/clinics/{SLUG}/report/"
    token = _value(drill.curator.get(address)[1], "page")
    drill.one.kill()
    status, page = drill.curator.get("/admin/")
    assert (status, "that the desk writes to" in page) == (503, True), page
    time.sleep(3)  # a report that was written more quickly is none of a person
    for _ in range(2):
        status, page = drill.curator.post(
            address, page=token, topics_said="closed", text="The door was locked"
        )
        assert (status, "We cannot take this just now" in page) == (503, True), page
        assert "The door was locked" in page, page
    assert drill.ready().startswith("ready, but primary is away"), drill.ready()


def the_primary_returns(drill: Drill) -> None:
    """the primary is started again"""
    drill.one.start()
    drill.expect_ready("ready")
    assert drill.curator.get("/admin/")[0] == 200
    address = f"/clinics/{SLUG}/report/"
    token = _value(drill.curator.get(address)[1], "page")
    time.sleep(3.5)
    said = {"page": token, "topics_said": "closed", "text": "The door was locked"}
    status, page = drill.curator.post(address, **said)
    assert status == 200, page
    kept = drill.one.ask("SELECT count(*) FROM locator_report")
    assert kept == 1, f"{kept} reports were kept"


def the_primary_hangs(drill: Drill) -> None:
    """the primary hangs"""
    drill.one.freeze()
    status, page = drill.curator.get("/admin/")
    assert (status, "that the desk writes to" in page) == (503, True), page
    assert drill.ready().startswith("ready, but primary is away"), drill.ready()
    drill.one.thaw()
    drill.expect_ready("ready")
    assert drill.curator.get("/admin/")[0] == 200


def the_replica_takes_over(drill: Drill) -> None:
    """the primary is killed for good, the replica promoted"""
    drill.expect(lambda: drill.other.has_caught_up_with(drill.one), "never caught up")
    drill.one.kill()
    drill.other.promote()
    drill.expect(lambda: drill.curator.get("/admin/")[0] == 200, "no desk")
    drill.expect_ready("ready, but replica-1 is away")


def the_old_one_follows(drill: Drill) -> None:
    """the old primary returns as a replica of the new one"""
    drill.one.make_standby_of(drill.other)
    drill.one.start()
    drill.expect_ready("ready")
    drill.one.ask("SELECT pg_wal_replay_pause()::text")
    drill.name(drill.other, "Renamed once more")
    assert not drill.is_shown("Renamed once more"), "the replica was not read from"
    drill.one.ask("SELECT pg_wal_replay_resume()::text")
    drill.expect(lambda: drill.is_shown("Renamed once more"), "never shown")


Part = Callable[[Drill], None]
PARTS: tuple[Part, ...] = (
    all_is_well,
    a_replica_falls_behind,
    the_replica_dies,
    the_replica_returns,
    the_replica_hangs,
    the_primary_dies,
    the_primary_returns,
    the_primary_hangs,
    the_replica_takes_over,
    the_old_one_follows,
)


@contextmanager
def prepared(pool_size: int, built: str) -> Iterator[Drill]:
    """A site with samples over a primary and its standby, which may change places.

    `built` is a folder with the files of a site where there is one.
    """
    with folder_for_servers() as servers, tempfile.TemporaryDirectory() as folder:
        one, other = Server(servers / "one"), Server(servers / "other")
        one.make()
        one.start()
        told = built_site.environment(Path(folder), one.url)
        told |= {f"DJANGO_SUPERUSER_{k.upper()}": v for k, v in CURATOR.items()}
        told["DJANGO_SUPERUSER_EMAIL"] = "curator@example.org"
        if built:
            told["LOCATOR_VAR"] = built
        else:
            built_site.manage(told, *BUILT)
        built_site.manage(told, *FILLED, ["createsuperuser", "--no-input"])
        other.make_standby_of(one)
        other.start()
        hosts = f"{one.folder},{other.folder}"
        told |= {
            # Either may be the one that is written to, and either a replica.
            "DATABASE_URL": f"postgresql://postgres@/postgres?host={hosts}",
            "DATABASE_REPLICA_URL": f"{one.url},{other.url}",
            "LOCATOR_REPLICA_LAG_SECONDS": str(LAG),
            "LOCATOR_POOL_SIZE": str(pool_size),
            "LOCATOR_LIMIT_SEARCH": "0",
            "LOCATOR_LIMIT_SUGGESTIONS": "0",
            "LOCATOR_LIMIT_GEOJSON": "0",
            "LOCATOR_LOG_LEVEL": "CRITICAL",
            "GRANIAN_WORKERS": "2",
        }
        with built_site.serving(told) as url:
            curator = Curator(url)
            curator.sign_in()
            with Visitors(url) as visitors:
                yield Drill(visitors, curator, one, other)


def run(
    parts: Sequence[Part] = PARTS, *, pool_size: int = 0, built: str = ""
) -> list[Step]:
    """What visitors met in each part; AssertionError where one does not go as said."""
    with prepared(pool_size, built) as drill:
        for part in parts:
            drill.visitors.begin(part.__doc__)
            part(drill)
            drill.expect(drill.visitors.have_asked, "visitors ask nothing any more")
    return drill.visitors.steps[1:]


def _value(page: str, name: str) -> str:
    """What the hidden field `name` of `page` holds."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert field, page
    return re.search(r'value="([^"]*)"', field[0])[1]


def main() -> int:
    pool_size = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    steps = run(pool_size=pool_size)
    print(f"{'while':52} {'asked':>6} {'failed':>7} {'slowest':>11}")
    for step in steps:
        print(step)
    asked, failed = sum(s.requests for s in steps), sum(s.failed for s in steps)
    print(f"\nOf {asked} requests of visitors {failed} failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
