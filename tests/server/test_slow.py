"""Bodies that come slowly, or never: others are served meanwhile."""

import io
import socket
import threading

import pytest

from teleclinic import bodies
from teleclinic.bodies import Bodies, BodyError

from .running import ask, bound, server

LOGIN = "/admin/login/"


class Waiting(io.RawIOBase):
    """A body whose end comes once somebody says so."""

    def __init__(self) -> None:
        self.asked, self.comes = threading.Event(), threading.Event()

    def read(self, size=-1):
        self.asked.set()
        self.comes.wait(10)
        return b"a" * size


def test_a_body_is_there_as_a_whole():
    sent = b"a=b&" * 100_000

    with Bodies(1).take(io.BytesIO(sent), len(sent)) as body:
        assert body.read() == sent


def test_only_so_many_wait_at_once_and_the_next_has_its_turn_after_them():
    few, slow = Bodies(1), Waiting()
    first = threading.Thread(target=lambda: few.take(slow, 3).close())
    first.start()
    slow.asked.wait(10)

    with pytest.raises(BodyError) as refused:
        few.take(io.BytesIO(b"a=b"), 3)
    slow.comes.set()
    first.join()

    assert refused.value.status.startswith("503")
    with few.take(io.BytesIO(b"a=b"), 3) as body:
        assert body.read() == b"a=b"


def test_a_body_that_breaks_off_is_none_and_leaves_its_place():
    one = Bodies(1)

    for _ in range(3):
        with pytest.raises(BodyError, match="400"):
            one.take(io.BytesIO(b"a=b"), 4)


def test_a_body_that_drips_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", -1)

    with pytest.raises(BodyError, match="408"):
        Bodies(1).take(io.BytesIO(b"a=b"), 3)


def test_halves_of_bodies_do_not_keep_the_server_from_others(built):
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\na=b"
    with bound() as listener, server(built, listener):
        port = listener.getsockname()[1]
        before = ask(port)

        halves = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
        for half in halves:
            half.sendall(head.encode())
        meanwhile = [ask(port) for _ in range(4)]
        for half in halves:
            half.close()

        assert meanwhile == [before] * 4
        assert ask(port, LOGIN, method="POST", body=b"a=b")[0] == 403
