"""What the environment may say of databases, and what is made of it."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from teleclinic.databases import databases
from teleclinic.environment import Environment

URL = "postgresql://app:secret@db.example.org/teleclinic"
FILE = Path("/var/lib/site.sqlite3")
OURS = (
    "DATABASE_URL",
    "DATABASE_REPLICA_URL",
    "LOCATOR_POOL_SIZE",
    "LOCATOR_STATEMENT_SECONDS",
)


@pytest.fixture
def named(monkeypatch):
    """The databases that an environment names, which says nothing else of them."""

    def read(**variables):
        for name in OURS:
            monkeypatch.setenv(name, variables.get(name, ""))
        environment = Environment()
        found = databases(environment, FILE)
        environment.refuse_wrong()
        return found

    return read


def test_without_any_there_is_a_file(named):
    assert list(named()) == ["default"]
    assert named()["default"]["NAME"] == FILE


def test_replicas_are_numbered_as_they_are_named(named):
    found = named(
        DATABASE_URL=URL,
        DATABASE_REPLICA_URL="postgresql://one/teleclinic, postgresql://two/teleclinic",
    )

    assert list(found) == ["default", "replica-1", "replica-2"]
    assert [each["HOST"] for each in found.values()][1:] == ["one", "two"]


def test_a_replica_is_not_waited_for_as_long_as_the_primary(named):
    found = named(DATABASE_URL=URL, DATABASE_REPLICA_URL="postgresql://one/teleclinic")

    waits = [each["OPTIONS"]["connect_timeout"] for each in found.values()]
    assert waits == [5, 2]


@pytest.mark.parametrize(
    ("url", "replicas", "said"),
    [
        ("", "postgresql://one/teleclinic", "SQLite has no replicas"),
        (f"sqlite:///{FILE}", "postgresql://one/a", "SQLite has no replicas"),
        (URL, "sqlite:////x.sqlite3", "begin with postgresql://"),
        (URL, "postgresql://one/a,nonsense", "begin with postgresql://"),
        (URL, "postgresql://one:port/a", "begin with postgresql://"),
    ],
)
def test_what_can_be_no_replica_is_refused_in_a_sentence(named, url, replicas, said):
    with pytest.raises(ImproperlyConfigured, match=said) as refused:
        named(DATABASE_URL=url, DATABASE_REPLICA_URL=replicas)

    assert str(refused.value).startswith("DATABASE_REPLICA_URL")


def test_a_statement_is_limited_whatever_else_its_address_sets(named):
    url = f"{URL}?options=-c%20search_path%3Dclinics"

    found = named(DATABASE_URL=url, LOCATOR_STATEMENT_SECONDS="30")

    options = found["default"]["OPTIONS"]["options"]
    assert options == "-c statement_timeout=30s -c search_path=clinics"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql:///clinics?host=one,two", "read-write"),
        ("postgresql://one,two/clinics", "read-write"),
        ("postgresql:///clinics?host=one,two&target_session_attrs=primary", "primary"),
        (URL, None),
    ],
)
def test_of_several_servers_the_one_that_can_be_written_is_taken(named, url, told):
    found = named(DATABASE_URL=url)

    assert found["default"]["OPTIONS"].get("target_session_attrs") == told


def test_threads_keep_their_connections_or_share_a_pool(named):
    kept = named(DATABASE_URL=URL)["default"]
    pooled = named(
        DATABASE_URL=URL,
        DATABASE_REPLICA_URL="postgresql://one/teleclinic",
        LOCATOR_POOL_SIZE="6",
    )

    assert (kept["CONN_MAX_AGE"], "pool" in kept["OPTIONS"]) == (60, False)
    for each in pooled.values():
        assert each["CONN_MAX_AGE"] == 0
        assert each["OPTIONS"]["pool"]["max_size"] == 6


def test_sqlite_has_no_pool(named):
    found = named(LOCATOR_POOL_SIZE="6")["default"]

    assert "pool" not in found["OPTIONS"]
