"""What becomes of requests while the server starts anew, stops, or is sent nonsense."""

import signal
import socket
import subprocess
import sys
import threading

import pytest

from tests import built_site

from .running import PAGE, Visitors, ask, bound, send, server, wait_until

REPORT = "/report/missing/"


@pytest.fixture(scope="module")
def site(built):
    """A running server: the port that it listens on, and its process."""
    with bound() as listener, server(built, listener) as process:
        port = listener.getsockname()[1]
        assert ask(port)[0] == 200
        yield port, process


def workers(process):
    return {child.pid for child in process.children()}


def test_new_code_is_taken_up_under_load_without_a_failed_request(site):
    port, process = site
    before = workers(process)

    with Visitors(port) as visitors:
        wait_until(lambda: visitors.answered > 5)
        process.send_signal(signal.SIGHUP)
        # The old worker goes before the new one is there: visitors wait, and no more.
        wait_until(lambda: not before & workers(process))
        after = visitors.answered
        wait_until(lambda: visitors.answered > after + 5 or visitors.failures)

    assert visitors.failures == []


def test_a_worker_that_dies_is_replaced(built):
    # Of a server of its own: one that dies just after it was made ends the server.
    with bound() as listener, server(built, listener) as process:
        port = listener.getsockname()[1]
        assert ask(port)[0] == 200
        (before,) = process.children()

        before.kill()
        wait_until(lambda: workers(process) - {before.pid})

        assert ask(port)[0] == 200


def test_nobody_is_refused_while_the_whole_server_is_another_one(built):
    with bound() as listener:
        port = listener.getsockname()[1]
        with server(built, listener):
            assert ask(port)[0] == 200
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(ask(port)[0]))
        waiting.start()
        with server(built, listener):
            waiting.join()

    assert answers == [200]


def test_a_request_at_hand_is_answered_before_the_server_stops(built):
    body = b"text=closed"
    head = (
        f"POST {REPORT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with bound() as listener, server(built, listener) as process:
        port = listener.getsockname()[1]
        ask(port)
        with socket.create_connection(("127.0.0.1", port), 30) as visitor:
            visitor.sendall(head.encode() + body[:4])
            # Whoever asks later is served by another thread meanwhile.
            assert ask(port)[0] == 200
            process.terminate()
            visitor.sendall(body[4:])
            answer = visitor.recv(4096)

    # It had read the body by then: what it misses is the token of the form.
    assert answer.startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "told", ["text/plain; charset=hex", "text/plain; charset*=hex''%41", "hex"]
)
def test_no_charset_that_a_request_names_breaks_a_page(site, told):
    port, _process = site

    status, body = ask(port, PAGE, Content_Type=told)

    assert (status, b"Texas" in body) == (200, True)


@pytest.mark.parametrize("size", [100_000, 500_000])
def test_headers_beyond_the_limit_are_refused(site, size):
    port, _process = site

    line = send(
        port, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: %b\r\n\r\n" % (b"x" * size)
    )

    assert line == b"HTTP/1.1 431 Request Header Fields Too Large"


def test_a_body_that_no_page_takes_is_refused_unread(site):
    port, _process = site
    head = b"POST %b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000\r\n\r\n"

    line = send(port, head % REPORT.encode())

    assert line == b"HTTP/1.1 413 Payload Too Large"


def refused(told):
    """What `serve --check` says line by line, where it refuses."""
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--check"],
        cwd=built_site.ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_whatever_is_missing_or_unsafe_is_said_at_once(built):
    status, _out, said = refused(
        {name: value for name, value in built.items() if name != "LOCATOR_HTTP"}
        | {"LOCATOR_HOST": "clinics.example.org"}
    )

    assert status == 1
    for sentence in (
        "SECRET_KEY is too easy to guess",
        "LOCATOR_HOSTS is not set",
        "LOCATOR_PROXY is not set",
        "sample clinics are published",
        "LOCATOR_HOST is no setting. Is LOCATOR_HOSTS meant?",
        "LOCATOR_CONTACT_EMAIL is not set",
    ):
        assert sentence in said
    assert said.count("is no setting") == 1
    assert "Traceback" not in said


def test_a_database_that_is_not_migrated_is_not_migrated_silently(built, tmp_path):
    status, _out, said = refused(
        built | {"DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    )

    assert status == 1
    assert "`manage.py migrate`" in said


def test_plain_http_is_served_to_this_machine_alone(built):
    here = refused(built | {"LOCATOR_LISTEN": "127.0.0.1:8000"})
    there = refused(built | {"LOCATOR_LISTEN": "0.0.0.0:8000"})

    assert here[:2] == (0, "Nothing is in the way.\n")
    assert there[0] == 1
    assert "passwords would cross the network" in there[2]
