"""How often one network may search."""

from datetime import date

import pytest
from django.core.cache import caches
from django.test import RequestFactory

from locator.limits import Buckets, LimitRequests, digest, weight

DAY = date(2026, 11, 24)
VISITOR, NEIGHBOUR = "198.51.100.23", "198.51.100.24"
SEARCH, SUGGESTIONS, GEOJSON = "/clinics/", "/places/", "/clinics.geojson"


@pytest.fixture
def limited(settings):
    settings.LOCATOR_LIMIT_SEARCH = 3
    settings.LOCATOR_LIMIT_SUGGESTIONS = 3
    settings.LOCATOR_LIMIT_GEOJSON = 3


def statuses(client, address, times, query=None, **headers):
    return [
        client.get(address, query, **{"REMOTE_ADDR": VISITOR, **headers}).status_code
        for _ in range(times)
    ]


# --- Buckets -------------------------------------------------------------------------


def test_a_minutes_requests_may_come_at_once_and_then_one_as_time_goes():
    buckets = Buckets()

    waits = [buckets.wait(b"a", 1, per_minute=60, now=100.0) for _ in range(61)]

    assert waits[:60] == [0.0] * 60
    assert waits[60] == pytest.approx(1.0)
    assert buckets.wait(b"a", 1, per_minute=60, now=100.5) == pytest.approx(0.5)
    assert buckets.wait(b"a", 1, per_minute=60, now=101.0) == 0.0
    assert buckets.wait(b"a", 1, per_minute=60, now=101.0) > 0


@pytest.mark.parametrize("per_minute", [1, 3, 7, 1200, 6000])
def test_exactly_as_many_fit_as_the_limit_says(per_minute):
    buckets = Buckets()

    waits = [
        buckets.wait(b"a", 1, per_minute=per_minute, now=5e6)
        for _ in range(per_minute + 1)
    ]

    assert waits.count(0.0) == per_minute


def test_who_is_refused_loses_nothing_by_asking():
    buckets = Buckets()
    for _ in range(200):
        buckets.wait(b"a", 1, per_minute=60, now=100.0)

    assert buckets.wait(b"a", 1, per_minute=60, now=101.0) == 0.0


def test_what_weighs_more_than_a_bucket_waits_for_a_full_one():
    buckets = Buckets()

    assert buckets.wait(b"a", 10, per_minute=3, now=100.0) == 0.0
    assert buckets.wait(b"a", 10, per_minute=3, now=100.0) == pytest.approx(60.0)
    assert buckets.wait(b"a", 10, per_minute=3, now=160.0) == 0.0


def test_however_many_networks_ask_only_so_many_are_kept():
    buckets = Buckets(most=100)

    for number in range(5000):
        buckets.wait(number.to_bytes(4), 1, per_minute=60, now=100.0)
        assert len(buckets) <= 100


def test_whoever_asks_all_the_time_is_not_forgotten_among_many():
    buckets = Buckets(most=100)
    waits = []

    for number in range(5000):
        waits.append(buckets.wait(b"loud", 1, per_minute=60, now=100.0))
        buckets.wait(number.to_bytes(4), 1, per_minute=60, now=100.0)

    # Refused requests leave no trace, so a quieter one may push it out now and then.
    assert waits.count(0.0) < 60 * 5000 / 75


# --- Whom a request counts for --------------------------------------------------------


def test_all_addresses_of_an_ipv6_household_count_as_one():
    first = digest("search", "2001:db8:1:2::1", DAY)

    assert digest("search", "2001:db8:1:2:ffff::9", DAY) == first
    assert digest("search", "2001:db8:1:3::1", DAY) != first


def test_a_hash_is_of_one_day_and_one_kind_and_holds_no_address():
    first = digest("search", VISITOR, DAY)

    assert digest("search", VISITOR, date(2026, 11, 25)) != first
    assert digest("geojson", VISITOR, DAY) != first
    assert VISITOR.encode() not in first


@pytest.mark.parametrize(
    ("limit", "weighs"),
    [
        ("", 1),
        ("20", 1),
        ("100", 1),
        ("101", 2),
        ("1000", 10),
        ("-5", 1),
        ("9" * 5000, 1),
        ("٣٠٠", 1),
    ],
)
def test_an_answer_of_many_clinics_weighs_more(rf, limit, weighs):
    assert weight(rf.get(GEOJSON, {"limit": limit})) == weighs


# --- The site ------------------------------------------------------------------------


def test_a_network_that_searches_without_measure_is_told_to_wait(client, db, limited):
    assert statuses(client, SEARCH, 5) == [200, 200, 200, 429, 429]
    assert statuses(client, SEARCH, 1, REMOTE_ADDR=NEIGHBOUR) == [200]


def test_the_page_says_when_to_come_back_in_plain_words(client, db, limited):
    statuses(client, SEARCH, 3)

    refused = client.get(SEARCH, {"place": "Austin"}, REMOTE_ADDR=VISITOR)

    seconds = int(refused["Retry-After"])
    assert 1 <= seconds <= 20
    assert f"again in {seconds} second" in refused.content.decode()
    assert "mergency" in refused.content.decode()
    assert refused["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in refused


@pytest.mark.parametrize(
    ("prefix", "title"),
    [("/es", "Demasiadas búsquedas"), ("/hi", "बहुत सारी खोजें")],
)
def test_the_page_is_in_the_language_of_the_address(client, db, limited, prefix, title):
    statuses(client, SEARCH, 3)

    refused = client.get(f"{prefix}{SEARCH}", REMOTE_ADDR=VISITOR)

    assert refused.status_code == 429
    assert title in refused.content.decode()


@pytest.mark.parametrize("address", [SUGGESTIONS, GEOJSON, "/es/places/"])
def test_machines_are_told_in_json(client, db, limited, address):
    statuses(client, address, 3)

    refused = client.get(address, REMOTE_ADDR=VISITOR)

    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/json"
    assert refused.json()["errors"]["requests"][0]
    assert int(refused["Retry-After"]) >= 1


def test_one_answer_of_a_thousand_clinics_weighs_as_ten(client, db, settings):
    settings.LOCATOR_LIMIT_GEOJSON = 20

    assert statuses(client, GEOJSON, 3, {"limit": "1000"}) == [200, 200, 429]


def test_each_kind_of_search_has_a_limit_of_its_own(client, db, limited):
    statuses(client, SEARCH, 4)

    assert statuses(client, GEOJSON, 1) == [200]
    assert statuses(client, SUGGESTIONS, 1) == [200]


@pytest.mark.parametrize("address", ["/", "/about/", "/healthz", "/robots.txt"])
def test_what_is_no_search_is_never_refused(client, db, limited, address):
    assert set(statuses(client, address, 8)) == {200}


def test_without_limits_nothing_is_counted(client, db):
    assert set(statuses(client, SEARCH, 8)) == {200}


def test_a_forwarded_address_is_not_believed(client, db, limited):
    told = [
        client.get(
            SEARCH, REMOTE_ADDR=VISITOR, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}"
        ).status_code
        for number in range(4)
    ]

    assert told == [200, 200, 200, 429]


def test_behind_a_proxy_counts_what_the_proxy_wrote(client, db, limited, settings):
    settings.LOCATOR_PROXY = True

    def told(forwarded):
        return client.get(SEARCH, HTTP_X_FORWARDED_FOR=forwarded).status_code

    assert [told(f"10.0.0.{n}, {VISITOR}") for n in range(4)] == [200, 200, 200, 429]
    assert told(f"{VISITOR}, {NEIGHBOUR}") == 200


def test_who_cannot_be_told_apart_is_not_shut_out(client, db, limited, settings):
    settings.LOCATOR_PROXY = True

    assert set(statuses(client, SEARCH, 8)) == {200}


def test_a_proxy_that_names_nobody_is_told_of_once(
    client, db, limited, settings, caplog
):
    settings.LOCATOR_PROXY = True

    statuses(client, SEARCH, 3)

    (line,) = caplog.messages
    assert line.startswith("LOCATOR_PROXY is set, and the proxy names no visitor")
    assert VISITOR not in line


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_a_proxy_that_the_settings_do_not_know_of_is_told_of_once(
    client, db, limited, caplog, headers
):
    statuses(client, SEARCH, 3, **headers)

    (line,) = caplog.messages
    assert line.startswith("Requests come by a proxy, and LOCATOR_PROXY is not set")
    assert "192.0.2.7" not in line


@pytest.mark.parametrize(
    ("is_proxy", "headers"),
    [
        (True, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}),
        (False, {"REMOTE_ADDR": "8.8.8.8", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}),
        (False, {"REMOTE_ADDR": "127.0.0.1"}),
    ],
)
def test_visitors_who_can_be_told_apart_are_no_word_in_the_log(
    client, db, limited, settings, caplog, is_proxy, headers
):
    settings.LOCATOR_PROXY = is_proxy

    statuses(client, SEARCH, 2, **headers)

    assert caplog.messages == []


def test_no_address_is_kept_in_memory(db, limited, rf):
    site = LimitRequests(lambda request: None)
    request = rf.get(SEARCH, REMOTE_ADDR=VISITOR)
    request.resolver_match = type("Match", (), {"view_name": "locator:clinic_search"})

    site.process_view(request, None, (), {})

    kept = b"".join(site.buckets._full_at)
    assert len(site.buckets) == 1
    assert VISITOR.encode() not in kept


# --- Several workers ------------------------------------------------------------------


@pytest.fixture
def shared(settings):
    """A cache that all workers reach."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = settings.CACHES | {
        "shared": {"BACKEND": memory, "LOCATION": "shared-by-limits"}
    }
    yield
    caches["shared"].clear()


def answers(workers, times, address=VISITOR):
    """How often each of `times` requests had to wait, sent to the workers in turn."""
    request = RequestFactory().get(SEARCH, REMOTE_ADDR=address)
    request.resolver_match = type("Match", (), {"view_name": "locator:clinic_search"})
    return [
        workers[number % len(workers)].process_view(request, None, (), {}) is not None
        for number in range(times)
    ]


def workers(many):
    return [LimitRequests(lambda request: None) for _ in range(many)]


def test_with_a_shared_cache_workers_count_together(db, limited, shared, time_machine):
    time_machine.move_to("2026-11-24 12:00:10Z", tick=False)
    three = workers(3)

    assert answers(three, 6) == [False] * 3 + [True] * 3
    assert answers(three, 1, NEIGHBOUR) == [False]


def test_the_next_minute_counts_anew(db, limited, shared, time_machine):
    time_machine.move_to("2026-11-24 12:00:10Z", tick=False)
    answers(workers(3), 6)

    time_machine.move_to("2026-11-24 12:01:00Z", tick=False)

    assert answers(workers(3), 4) == [False] * 3 + [True]


def test_without_one_each_worker_counts_for_itself(db, limited):
    assert answers(workers(3), 12) == [False] * 9 + [True] * 3


def test_a_shared_cache_that_is_away_leaves_each_worker_its_own(
    db, limited, settings, caplog
):
    settings.CACHES = settings.CACHES | {
        "shared": {
            "BACKEND": "locator.shared_cache.SharedCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }

    assert answers(workers(3), 12) == [False] * 9 + [True] * 3
    assert VISITOR not in caplog.text


def test_no_address_is_kept_in_the_shared_cache(db, limited, shared):
    answers(workers(1), 1)

    kept = " ".join(caches["shared"]._cache)
    assert "limit:" in kept
    assert VISITOR not in kept
