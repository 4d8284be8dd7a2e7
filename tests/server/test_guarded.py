"""The running server, with two workers, limits on and measured."""

import urllib.error
import urllib.request

import pytest

from tests import built_site
from tests.exposed import samples

from .running import ask, bound, send, server, wait_until

TOKEN = "a-token-of-thirty-two-characters"
LIMIT = 5


@pytest.fixture(scope="module")
def site(built, tmp_path_factory):
    told = built | {
        "LOCATOR_LIMIT_SUGGESTIONS": str(LIMIT),
        "LOCATOR_LOG_LEVEL": "ERROR",
        "LOCATOR_METRICS_FOLDER": str(tmp_path_factory.mktemp("metrics")),
        "LOCATOR_METRICS_TOKEN": TOKEN,
        "LOCATOR_PROXY": "1",
    }
    with built_site.serving(told, "--workers", "2") as url:
        yield url


def status(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def scraped(site):
    request = urllib.request.Request(f"{site}/metrics")
    request.add_header("Authorization", f"Bearer {TOKEN}")
    with urllib.request.urlopen(request) as answer:
        return samples(answer.read())


def test_a_network_that_asks_without_measure_waits_and_another_does_not(site):
    asked = f"{site}/places/?q=a"
    greedy = {"X-Forwarded-For": "10.0.0.1, 198.51.100.23"}

    # Each worker counts for itself, and both may get some.
    answers = [status(asked, **greedy) for _ in range(2 * LIMIT + 1)]

    assert 429 in answers
    assert answers[:LIMIT] == [200] * LIMIT
    assert status(asked, **{"X-Forwarded-For": "198.51.100.24"}) == 200


def test_whichever_worker_is_asked_tells_of_both(site):
    about = "locator_request_seconds_count{outcome=ok,view=about}"

    for _ in range(40):
        status(f"{site}/about/")
    told = [scraped(site) for _ in range(6)]

    assert [each[about] for each in told] == [40] * 6
    assert told[0]["locator_database_up"] == 1
    assert told[0]["locator_workers"] == 0
    assert told[0]["locator_search_clinics"] > 0


def test_no_line_of_its_log_holds_what_was_asked(built, tmp_path):
    log = tmp_path / "log"
    told = built | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder/site.sqlite3",
        "LOCATOR_LOG_LEVEL": "DEBUG",
    }
    with bound() as listener, server(told, listener, log=log):
        port = listener.getsockname()[1]
        wait_until(lambda: ask(port, "/healthz")[0] == 200)

        answers = [
            ask(port, "/attest/despair/?place=despair"),
            ask(port, "/clinics/?place=despair&lat=30.2711", referer="http://despair/"),
            ask(port, "/despair/", method="POST", body=b"despair"),
            ask(port, "/", host="despair.example"),
            ask(port, "/admin/login/", method="POST", body=b"username=despair"),
            ask(port, "/about/", method="DESPAIR"),
        ]
        send(port, b"GET /despair nonsense\r\n\r\n")

    written = log.read_text()
    assert [status for status, _ in answers] == [503, 503, 503, 400, 503, 405]
    assert "Service Unavailable: attest/<str:token>/\n" in written
    for secret in ("despair", "30.2711"):
        assert secret not in written.lower()
