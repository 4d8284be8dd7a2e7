"""Which database a request asks, and what becomes of it when that one fails.

What real servers do when they are killed is tried in tests/server/test_replicas.py.
"""

import time
from types import SimpleNamespace

import psycopg
import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection, connections
from django.http import HttpResponse

from locator.errors import database_away
from locator.replicas import reading
from locator.replicas.fleet import PRIMARY, Answer, Fleet
from locator.replicas.reading import ReadFromReplicas, only


@pytest.fixture
def fleet(monkeypatch, settings):
    """A primary and a replica, both well, which nobody asks."""
    settings.LOCATOR_REPLICAS = ["replica-1"]
    told = connections.settings[PRIMARY]
    monkeypatch.setitem(connections.settings, "replica-1", told)
    fleet = Fleet(["replica-1"], 10)
    now = time.monotonic()
    fleet.heard(PRIMARY, Answer(now, False, 1, started="then"), now)
    fleet.heard("replica-1", Answer(now, True, 1), now)
    watch = SimpleNamespace(begin=lambda: None, fleet=fleet)
    monkeypatch.setattr(reading, "watch", lambda: watch)
    connections["replica-1"].close()
    yield fleet
    del connections["replica-1"]


class Site:
    """Says which database it asked; those called in `away` cannot be asked."""

    def __init__(self, *away, error=None):
        self.away = away
        self.error = error or OperationalError()
        self.asked = []
        self.middleware = ReadFromReplicas(self.answer)

    def answer(self, request):
        assert not hasattr(request, "remembered"), "it remembers another database"
        request.remembered = connection.alias
        self.asked.append(connection.alias)
        if connection.alias in self.away:
            return database_away(request, self.error)
        return HttpResponse(f"{connection.alias} {request.POST.get('text', '')}")

    def __call__(self, request):
        return self.middleware(request).content.decode().strip()


def cancelled():
    """The error of a statement that took too long."""
    error = OperationalError()
    error.__cause__ = psycopg.errors.QueryCanceled()
    return error


def test_without_replicas_the_middleware_is_not_there(settings):
    settings.LOCATOR_REPLICAS = []

    with pytest.raises(MiddlewareNotUsed):
        ReadFromReplicas(lambda request: None)


@pytest.mark.parametrize(
    ("method", "address", "asked"),
    [
        ("get", "/clinics/", "replica-1"),
        ("head", "/es/clinics/", "replica-1"),
        ("post", "/report/missing/", PRIMARY),
        ("get", "/admin/", PRIMARY),
        ("post", "/admin/login/", PRIMARY),
        ("get", "/administer/", "replica-1"),
    ],
)
def test_what_visitors_read_comes_from_a_replica(fleet, rf, method, address, asked):
    site = Site()

    said = site(getattr(rf, method)(address))

    assert said == asked
    assert connection.alias == PRIMARY


def test_what_fails_is_asked_of_another_once(fleet, rf):
    site = Site("replica-1")

    said = site(rf.get("/clinics/"))
    later = site(rf.get("/clinics/"))

    assert (said, later) == (PRIMARY, PRIMARY)
    assert site.asked == ["replica-1", PRIMARY, PRIMARY]


def test_where_both_fail_visitors_are_told(fleet, rf):
    site = Site("replica-1", PRIMARY)

    response = site.middleware(rf.get("/clinics/"))

    assert response.status_code == 503
    assert site.asked == ["replica-1", PRIMARY]


@pytest.fixture
def fleet_of_three(fleet, monkeypatch, settings):
    """The primary is named among the replicas, too, as where they may change places."""
    told = connections.settings[PRIMARY]
    monkeypatch.setitem(connections.settings, "replica-2", told)
    wider = Fleet(["replica-1", "replica-2"], 10)
    # Not an order of its own: the one after which the last is the one that is well.
    wider._replicas = ["replica-1", "replica-2"]
    watch = SimpleNamespace(begin=lambda: None, fleet=wider)
    monkeypatch.setattr(reading, "watch", lambda: watch)
    connections["replica-2"].close()
    yield wider
    del connections["replica-2"]


@pytest.mark.parametrize("there", ["replica-1", "replica-2"])
def test_who_cannot_be_reached_is_passed_by_under_whatever_name(
    fleet_of_three, rf, monkeypatch, there
):
    away = {PRIMARY, "replica-1", "replica-2"} - {there}
    # Nobody is connected to a server that is away.
    monkeypatch.setattr(connections[PRIMARY], "connection", None)
    site = Site(*away)

    said = site(rf.get("/clinics/"))

    assert said == there
    assert set(site.asked[:-1]) <= away


def test_a_request_that_kills_servers_does_not_go_round(
    fleet_of_three, rf, monkeypatch
):
    names = (PRIMARY, "replica-1", "replica-2")
    for name in names:
        lost = SimpleNamespace(close=lambda: None)
        monkeypatch.setattr(connections[name], "connection", lost)
    site = Site(*names)

    response = site.middleware(rf.get("/clinics/"))

    assert response.status_code == 503
    assert len(site.asked) == 2


def test_what_took_too_long_is_not_asked_again(fleet, rf):
    site = Site("replica-1", error=cancelled())

    response = site.middleware(rf.get("/clinics/"))

    assert response.status_code == 503
    assert site.asked == ["replica-1"]
    assert fleet.order(time.monotonic())[0] == "replica-1"


def test_what_a_visitor_sent_is_still_there_when_the_primary_is_not(fleet, rf):
    site = Site(PRIMARY)

    said = site(rf.post("/report/missing/", {"text": "The door was locked"}))

    assert said == "replica-1 The door was locked"
    assert site.asked == [PRIMARY, "replica-1"]


def test_the_desk_is_never_answered_from_a_replica(fleet, rf):
    site = Site(PRIMARY)

    said = site(rf.get("/admin/"))

    assert "that the desk writes to does not answer now" in said
    assert site.asked == [PRIMARY]


def test_a_thread_has_its_own_database_back_whatever_happens(fleet):
    with pytest.raises(ValueError, match="a bug"), only("replica-1"):
        raise ValueError("a bug")

    assert connection.alias == PRIMARY
