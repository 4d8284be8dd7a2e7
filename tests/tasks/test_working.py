import logging
import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from locator import tasks
from locator.models import Source, Task, Worker
from tests.workers import wait_until

pytestmark = pytest.mark.django_db


def work_once():
    call_command("work", once=True, verbosity=0)


def the_task():
    return Task.objects.defer("file").get()


def test_what_waits_is_done_and_the_worker_stops(enqueue, means):
    means(lambda task, progress: {"said": task.asked["number"]})
    numbers = [enqueue(asked={"number": number}) for number in range(3)]

    work_once()

    done = Task.objects.in_bulk([task.pk for task in numbers])
    assert [done[task.pk].result for task in numbers] == [
        {"said": 0},
        {"said": 1},
        {"said": 2},
    ]
    assert {task.state for task in done.values()} == {Task.State.DONE}


def test_a_task_fails_with_the_sentence_of_what_does_it(enqueue, means):
    def refuse(task, progress):
        raise tasks.TaskFailedError("The moon is full.")

    means(refuse)
    enqueue()

    work_once()

    assert (the_task().state, the_task().problem) == ("failed", "The moon is full.")


def test_an_error_that_nobody_foresaw_fails_one_task_and_is_logged(
    enqueue, means, caplog
):
    def stumble(task, progress):
        return {"half": 1 / task.asked["number"]}

    means(stumble)
    first, second = enqueue(asked={"number": 0}), enqueue(asked={"number": 2})

    with caplog.at_level(logging.ERROR):
        work_once()

    found = Task.objects.in_bulk([first.pk, second.pk])
    assert found[first.pk].state == Task.State.FAILED
    assert "nobody foresaw" in found[first.pk].problem
    assert found[second.pk].result == {"half": 0.5}
    assert "ZeroDivisionError" in caplog.text


def test_a_kind_that_nobody_does_fails_with_a_sentence(enqueue, monkeypatch):
    from locator.tasks import kinds

    monkeypatch.setattr(kinds, "_RUNS", {})
    enqueue()

    work_once()

    assert the_task().problem == "No part of this site does tasks of this kind."


def test_a_worker_is_seen_while_it_works_and_not_after(enqueue, means):
    seen = []
    means(lambda task, progress: seen.append(tasks.is_worked()) or {})
    enqueue()
    before = tasks.is_worked()

    work_once()

    assert (before, seen, tasks.is_worked()) == (False, [True], False)
    assert not Worker.objects.exists()


def test_a_small_task_is_done_at_once_without_a_worker(enqueue, means):
    means(lambda task, progress: {"said": "done"})
    first, other = enqueue(), enqueue()

    tasks.run_now(other)

    assert Task.objects.get(pk=other.pk).result == {"said": "done"}
    assert Task.objects.get(pk=first.pk).state == Task.State.WAITING


# --- Signs of life -----------------------------------------------------------------


def work_in_a_thread(stop):
    def run():
        tasks.work(once=True, stop=stop)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_a_task_is(enqueue, means):
    seen = threading.Event()

    def go_half(task, progress):
        progress(0.5)
        seen.wait(30)
        return {}

    means(go_half)
    enqueue()
    thread = work_in_a_thread(threading.Event())
    try:
        wait_until(lambda: the_task().progress == 0.5, "half of the work")
        assert the_task().state == Task.State.RUNNING
    finally:
        seen.set()
        thread.join()

    assert (the_task().state, the_task().progress) == (Task.State.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_a_sign_of_life_never_waits_for_the_writes_of_the_task(enqueue, means):
    """SQLite lets nobody else write meanwhile: those signs are left out."""

    def write_long(task, progress):
        started = time.monotonic()
        with transaction.atomic():
            Source.objects.filter(pk="own").update(url="https://example.org/")
            progress(0.9)
            time.sleep(2.5)
        return {"seconds": time.monotonic() - started}

    means(write_long)
    enqueue()

    started = time.monotonic()
    work_in_a_thread(threading.Event()).join()

    assert the_task().state == Task.State.DONE
    assert the_task().result["seconds"] < 10
    assert time.monotonic() - started < 15


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_stop_ends_its_task_first(enqueue, means):
    stop = threading.Event()

    def go_on(task, progress):
        stop.set()
        time.sleep(0.2)
        return {"said": "to the end"}

    means(go_on)
    first, second = enqueue(), enqueue()

    work_in_a_thread(stop).join()

    assert Task.objects.get(pk=first.pk).result == {"said": "to the end"}
    assert Task.objects.get(pk=second.pk).state == Task.State.WAITING
