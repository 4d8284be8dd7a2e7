"""What Prometheus may read, and that nothing of it is a visitor's word."""

import re
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver

from locator.metrics import meters, searches, state
from locator.metrics.scraping import exposition, measure
from locator.models import ImportRun, Source, Task, Worker
from tests.exposed import samples
from tests.test_health import database_away

TOKEN = "a-token-of-thirty-two-characters"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def measured(settings, tmp_path):
    """The site measures itself, into a folder of this test's own."""
    settings.LOCATOR_METRICS_TOKEN = TOKEN
    settings.LOCATOR_METRICS_FOLDER = tmp_path / "metrics"
    state._COUNTED.forget()


def scraped(client):
    response = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return samples(response.content)


# --- Who may read ---------------------------------------------------------------------


def test_without_a_token_in_the_settings_there_is_no_such_page(client, db):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("told", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}"])
def test_who_has_not_the_token_reads_nothing(client, db, measured, told):
    response = client.get("/metrics", headers={"authorization": told})

    assert response.status_code == 401
    assert b"locator_" not in response.content


def test_who_has_it_reads_whatever_the_host(client, db, measured):
    response = client.get(
        "/metrics",
        headers={"authorization": f"Bearer {TOKEN}", "host": "10.0.0.7:8000"},
    )

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


# --- Requests -------------------------------------------------------------------------


def test_requests_are_timed_by_view_and_by_what_came_of_them(client, db, measured):
    client.get("/about/")
    client.get("/es/about/")
    client.get("/clinics/no-such-clinic/")
    client.get("/nowhere/")
    client.post("/about/")
    client.get("/admin/")

    told = scraped(client)

    def counted(view, outcome):
        return told[f"locator_request_seconds_count{{outcome={outcome},view={view}}}"]

    assert counted("about", "ok") == 2
    assert counted("clinic_detail", "not_found") == 1
    assert counted("none", "not_found") == 1
    assert counted("about", "refused") == 1
    assert counted("admin", "redirect") == 1


def test_no_label_holds_what_a_visitor_sent(client, db, measured):
    secret = "despair-78701"
    for path in ("/clinics/", "/clinics.geojson", "/places/", f"/{secret}/"):
        client.get(path, {"place": secret, "q": secret, secret: secret})
    client.get(f"/clinics/{secret}/", headers={"user-agent": secret})
    client.get(f"/browse/us/us-tx/{secret}/")
    client.get(f"/attest/{secret}/")
    client.generic(secret, "/clinics/")
    client.get("/about/", REMOTE_ADDR="198.51.100.23")

    told = " ".join(scraped(client))

    assert "despair" not in told.lower()
    assert "78701" not in told
    assert "198.51" not in told


def test_labels_have_few_values_and_all_of_them_are_known(client, db, measured):
    for path in ("/", "/clinics/?place=%00", "/fr/", "/admin/locator/clinic/", "/x"):
        client.get(path)

    told = scraped(client)

    names = {name.rpartition(":")[2] for name in _names(get_resolver())}
    views = set(re.findall(r"view=([^,}]*)", " ".join(told)))
    assert views <= names | {"admin", "static", "none"}
    assert set(re.findall(r"outcome=([^,}]*)", " ".join(told))) <= {
        *("ok", "not_modified", "redirect", "refused", "not_found", "limited"),
        *("failed", *searches.OUTCOMES),
    }


def _names(resolver):
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from _names(each)
        elif each.name:
            yield each.name


# --- Searches -------------------------------------------------------------------------


def test_searches_are_counted_by_what_came_of_them(client, make_clinic, measured):
    make_clinic("Austin Care", covers=["US-TX"])
    for address in ("/clinics/", "/clinics.geojson"):
        client.get(address, {"place": "Texas"})
        client.get(address, {"place": "Ohio"})
        client.get(address, {"place": "Nowhere at all"})
        client.get(address, {"visit": "wrong"})

    told = scraped(client)

    def counted(outcome):
        return told[f"locator_searches_total{{outcome={outcome}}}"]

    assert counted("found") == 2
    assert counted("none") == 2
    assert counted("unknown_place") == 2
    assert counted("invalid") == 2


def test_what_was_told_from_memory_is_counted(client, make_clinic, measured):
    make_clinic("Austin Care", covers=["US-TX"])
    for _ in range(3):
        client.get("/clinics/", {"place": "Texas"})

    told = scraped(client)

    assert told["locator_remembered_total{how=made}"] == 1
    assert told["locator_remembered_total{how=told}"] == 2


def test_a_search_that_breaks_is_an_error(measured):
    def breaks(request):
        request.resolver_match = type(
            "Match", (), {"namespace": "locator", "url_name": "clinic_search"}
        )
        return HttpResponse(status=503)

    measure(breaks)(RequestFactory().get("/clinics/"))

    exposed = meters.meters().searches.labels("error")
    assert exposed._value.get() == 1


def test_requests_that_no_limit_is_fair_to_are_counted(client, db, measured, settings):
    settings.LOCATOR_LIMIT_SEARCH = 10
    settings.LOCATOR_PROXY = True
    for _ in range(2):
        client.get("/clinics/")

    told = scraped(client)

    assert told["locator_indistinct_requests_total{why=no_header}"] == 2


# --- Several workers ------------------------------------------------------------------

# The module by itself: the whole site would take seconds to start.
WORKER = """
import runpy, sys
from pathlib import Path
Meters = runpy.run_path(sys.argv[1])["Meters"]
measured = Meters(Path(sys.argv[2]))
measured.searches.labels("found").inc(int(sys.argv[3]))
print("counted", flush=True)
sys.stdin.read()
"""


def work(folder, number):
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, meters.__file__, folder, str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout.readline() == b"counted\n"
    return worker


def test_any_worker_tells_of_all_and_of_those_before_them(db, tmp_path):
    folder = tmp_path / "metrics"
    both = [work(folder, 1), work(folder, 20)]
    for worker in both:
        worker.kill()
        worker.communicate()
    files_of_two = len(list(folder.glob("*.db")))
    third = work(folder, 300)

    told = samples(exposition(meters.Meters(folder)))

    third.communicate()
    assert told["locator_searches_total{outcome=found}"] == 321
    # The third took the files of the first, so that no number of restarts adds files.
    assert len(list(folder.glob("*.db"))) == files_of_two == 2


# --- The state of the site ------------------------------------------------------------


def test_it_says_how_old_the_data_is(client, make_clinic, measured, curator):
    make_clinic("Listed", covers=["US-TX"])
    source = Source.objects.create(code="a-source", name="A source")
    for year, finished in (("2022", NOW - timedelta(days=9)), ("2023-11", NOW)):
        ImportRun.objects.create(
            source=source, as_of=year, started_at=NOW, finished_at=finished
        )

    told = scraped(client)

    assert told["locator_clinics{age=listed}"] == 1
    assert told["locator_clinics{age=expired}"] == 0
    assert told["locator_published_clinics"] == told["locator_search_clinics"] == 1
    imported = told["locator_source_imported_timestamp_seconds{source=a-source}"]
    edition = told["locator_source_edition_timestamp_seconds{source=a-source}"]
    assert imported == NOW.timestamp()
    assert edition == datetime(2023, 11, 30, tzinfo=UTC).timestamp()


def test_it_says_what_waits_and_whether_a_worker_is_there(
    client, db, measured, time_machine
):
    time_machine.move_to(NOW, tick=False)
    Task.objects.create(kind="inspect", made_at=NOW - timedelta(minutes=5))
    Worker.objects.create(
        name="gone", started_at=NOW, seen_at=NOW - timedelta(minutes=10)
    )

    told = scraped(client)

    assert told["locator_tasks{state=waiting}"] == 1
    assert told["locator_tasks{state=failed}"] == 0
    assert told["locator_task_waiting_seconds"] == 300
    assert told["locator_workers"] == 0
    seen = told["locator_worker_seen_timestamp_seconds"]
    assert NOW.timestamp() - seen == 600


def test_it_says_what_is_not_packed_yet(client, make_clinic, measured):
    make_clinic("Not packed yet", covers=["US-TX"])

    told = scraped(client)

    assert told["locator_search_stale{kind=pack}"] > 0


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_it_says_so_and_what_it_measured(client, measured):
    client.get("/about/")

    with database_away():
        told = scraped(client)

    assert told["locator_database_up"] == 0
    assert told["locator_request_seconds_count{outcome=ok,view=about}"] == 1
    assert "locator_workers" not in told


@pytest.mark.django_db(transaction=True)
def test_a_database_that_says_nothing_is_not_waited_for(client, measured):
    if connection.vendor == "sqlite":
        pytest.skip("a file always answers")
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        database_away(HOST="127.0.0.1", PORT=silent.getsockname()[1]),
    ):
        began = time.monotonic()
        first, second = scraped(client), scraped(client)
        waited = time.monotonic() - began

    assert first["locator_database_up"] == second["locator_database_up"] == 0
    assert waited < 4
    # The last question may still hang for a moment.
    while not scraped(client)["locator_database_up"]:
        assert time.monotonic() < began + 30
        time.sleep(0.1)
