"""What a worker looks for in the background."""

import pytest
from django.utils import timezone

from locator import tasks
from locator.models import Inspection, Task

pytestmark = pytest.mark.django_db


def done(kind: str) -> Task:
    task = tasks.enqueue(kind, {}, by=None)
    tasks.run_now(task)
    task.refresh_from_db()
    return task


def test_a_worker_looks_at_every_clinic(make_clinic):
    make_clinic("River")

    task = done(Task.Kind.INSPECT)

    assert (task.state, task.result) == ("done", {"clinics": 1})
    assert Inspection.objects.get().at <= timezone.now()


def test_a_worker_asks_no_website_unless_the_operator_allows_it():
    task = done(Task.Kind.WEBSITES)

    assert task.state == "failed"
    assert "not turned it on" in task.problem


def test_a_worker_asks_the_websites_whose_turn_it_is(settings):
    settings.LOCATOR_CHECK_WEBSITES = True

    task = done(Task.Kind.WEBSITES)

    assert (task.state, task.result) == ("done", {"asked": 0, "broken": 0})
