"""The cache that processes may share: what it keeps, and what its absence costs."""

import shutil
import socket
import subprocess
import time

import pytest

from locator import shared_cache
from locator.shared_cache import Fuse, Plain, SharedCache

SERVER = shutil.which("redis-server") or shutil.which("valkey-server")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def cache_at(port):
    return SharedCache(f"redis://127.0.0.1:{port}", {})


@pytest.fixture(autouse=True)
def fuse(monkeypatch):
    """No test finds what another did to the one of this process."""
    monkeypatch.setattr(shared_cache, "_FUSE", Fuse())


def hang_up(port):
    """End the connections that this process keeps."""
    cache_at(port)._cache.get_client().connection_pool.disconnect()


@pytest.fixture(scope="module")
def port():
    """Where a server of the tests' own listens."""
    if not SERVER:
        pytest.skip("there is no redis-server or valkey-server here")
    found = free_port()
    without = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    server = subprocess.Popen([SERVER, "--port", str(found), *without])
    deadline = time.monotonic() + 20
    while not listens(found):
        assert time.monotonic() < deadline, "the server never listened"
        time.sleep(0.05)
    yield found
    hang_up(found)
    server.terminate()
    server.wait()


@pytest.mark.parametrize(
    "value", [7, -1, True, None, 1.5, "ñandú", b"\x00\xff", [1, "a"], {"a": [None]}]
)
def test_a_value_comes_back_as_it_was(value):
    plain = Plain()
    written = plain.dumps(value)

    stored = str(written).encode() if isinstance(written, int) else written

    assert plain.loads(stored) == value
    assert type(plain.loads(stored)) is type(value)


def test_what_others_pickled_is_not_loaded():
    with pytest.raises(ValueError, match="invalid literal"):
        Plain().loads(b"\x80\x04K\x01.")


def test_what_one_thread_keeps_another_finds(port):
    cache_at(port).set("a", {"found": [1, 2]}, 60)
    cache_at(port).set_many({"b": b"bytes", "c": 3}, 60)

    other = cache_at(port)

    assert other.get("a") == {"found": [1, 2]}
    assert other.get_many(["b", "c", "d"]) == {"b": b"bytes", "c": 3}
    assert other.has_key("a")


def test_a_number_is_counted_by_all_of_them(port):
    assert cache_at(port).add("number", 1, 60)
    assert not cache_at(port).add("number", 5, 60)

    assert cache_at(port).incr("number") == 2
    assert cache_at(port).get("number") == 2


def test_a_value_leaves_when_it_is_deleted_or_its_time_is_over(port):
    cache = cache_at(port)
    cache.set_many({"short": 1, "gone": 1, "swept": 1}, 60)
    cache.touch("short", 0)
    cache.delete("gone")
    cache.delete_many(["swept"])

    assert cache.get_many(["short", "gone", "swept"]) == {}


def everything(cache):
    """What each way to use it answers."""
    cache.set("a", 1)
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    return (
        cache.get("a", "nothing"),
        cache.get_many(["a"]),
        cache.add("a", 1),
        cache.touch("a"),
        cache.delete("a"),
        cache.has_key("a"),
        cache.clear(),
    )


def test_while_it_is_away_everything_is_a_miss():
    cache = cache_at(free_port())

    assert everything(cache) == ("nothing", {}, False, False, False, False, False)
    with pytest.raises(ValueError, match="no such number"):
        cache.incr("a")
    assert shared_cache.is_away()


def test_a_server_that_never_answers_is_waited_for_but_once(caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cache = cache_at(silent.getsockname()[1])
        start = time.monotonic()
        for _ in range(200):
            cache.get("a")
        seconds = time.monotonic() - start

    assert seconds < 1
    assert [each.message for each in caplog.records] == [
        "The shared cache is away: TimeoutError"
    ]


def test_it_is_asked_again_after_a_while(port, monkeypatch, caplog):
    monkeypatch.setattr(shared_cache, "PAUSE", 0.05)
    cache_at(free_port()).get("a")
    meanwhile = shared_cache.is_away()
    time.sleep(0.1)

    cache_at(port).set("a", "there", 60)

    assert meanwhile
    assert cache_at(port).get("a") == "there"
    assert caplog.messages[-1] == "The shared cache is back"


def test_a_connection_that_the_server_closed_is_made_anew(port):
    cache = cache_at(port)
    cache.set("a", 1, 60)
    with socket.create_connection(("127.0.0.1", port)) as other:
        other.sendall(b"CLIENT KILL TYPE normal\r\n")
        other.recv(100)

    assert cache.get("a") == 1
    assert not shared_cache.is_away()
