"""What visitors send where only a replica is there: it keeps nothing, and says so."""

import pytest
from django.db import connection
from django.urls import reverse

from locator.models import Report
from locator.reporting import attesting
from tests.markup import read
from tests.reporting.sending import OWN, send, shown

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has no replicas that refuse"
    ),
]

URL = "/clinics/clear-creek-care/report/"


@pytest.fixture
def clinic(make_clinic):
    return make_clinic("Clear Creek Care", covers=["US-TX"], email="d@creek.example")


def become_a_replica():
    """From here to the end of the test nothing can be written."""
    with connection.cursor() as cursor:
        # What is left to check of rows that are written would write locks.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET TRANSACTION READ ONLY")


def test_a_report_is_refused_with_a_sentence_and_keeps_what_was_typed(client, clinic):
    become_a_replica()

    answer = send(client, URL, topics_said=["closed"], text="There is a bakery now.")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "We cannot take this just now" in read(answer).one(role="alert").text
    assert shown(answer, "text") == "There is a bakery now."
    assert not Report.objects.exists()


def test_the_answer_to_a_letter_is_refused_in_the_same_way(client, clinic):
    url = reverse("locator:attest", args=[attesting.link_token(clinic)])
    seen = read(client.get(url)).one("input", name="seen").attrs["value"]
    said = {"seen": seen, "answer": "wrong", "text": "We moved to Elm Street."}
    become_a_replica()

    answer = client.post(url, said, headers=OWN)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "We cannot take this just now" in read(answer).one(role="alert").text
    assert shown(answer, "text") == "We moved to Elm Street."
