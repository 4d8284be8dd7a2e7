import pytest

from locator import tasks
from locator.models import Task
from locator.tasks import kinds


@pytest.fixture
def enqueue(curator):
    """A function: a task that waits, of a kind that a test may give a meaning to."""

    def ask(kind=Task.Kind.WEBSITES, asked=None, **options) -> Task:
        return tasks.enqueue(kind, asked or {}, by=curator, **options)

    return ask


@pytest.fixture
def means(monkeypatch):
    """A function: what it is given does the tasks of kind WEBSITES in this test."""

    def mean(run):
        monkeypatch.setitem(kinds._RUNS, Task.Kind.WEBSITES, run)

    return mean
