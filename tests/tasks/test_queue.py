import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from locator import tasks
from locator.models import Task
from locator.tasks import queue
from locator.tasks.kinds import Finished

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = timedelta(seconds=61)


def claim(now=NOW, worker="a"):
    return queue.claim(worker, now=now)


def states():
    return list(Task.objects.order_by("pk").values_list("state", flat=True))


# --- Taking ------------------------------------------------------------------------


def test_what_waits_longest_is_taken_first_and_once(enqueue):
    first, second = enqueue(), enqueue()

    taken = [claim(), claim(), claim()]

    assert taken == [first, second, None]
    assert states() == ["running", "running"]


def test_a_task_whose_worker_lives_is_left_alone(enqueue):
    enqueue()
    claim()

    assert claim(NOW + timedelta(seconds=50), "b") is None


def test_a_task_whose_worker_died_is_taken_up_again_once_and_then_has_failed(enqueue):
    task = enqueue()

    again = [claim(), claim(NOW + LATER, "b"), claim(NOW + 2 * LATER, "c")]

    assert again == [task, task, None]
    task.refresh_from_db()
    assert task.state == Task.State.FAILED
    assert "Its worker stopped in the middle, twice." in task.problem


def test_workers_on_their_own_connections_take_different_tasks(
    transactional_db, enqueue
):
    if not connection.features.has_select_for_update_skip_locked:
        pytest.skip("here one transaction that writes holds off all others")
    first, second = enqueue(), enqueue()
    taken = []

    def other():
        taken.append(claim(worker="b"))
        connection.close()

    with transaction.atomic():
        mine = claim()
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    assert (mine, taken) == (first, [second])


# --- The same file -----------------------------------------------------------------


def test_the_same_file_is_refused_while_the_first_is_open(enqueue):
    first = enqueue(file=b"name\nA", file_name="a.csv")

    with pytest.raises(tasks.AlreadyWaitingError) as refused:
        enqueue(file=b"name\nA", file_name="b.csv")

    assert refused.value.task == first


def test_the_same_file_may_come_again_once_the_first_has_ended(enqueue):
    first = enqueue(file=b"name\nA")
    tasks.cancel(first)

    assert enqueue(file=b"name\nA") != first


def test_tasks_without_a_file_may_wait_side_by_side(enqueue):
    assert enqueue() != enqueue()


# --- The end -----------------------------------------------------------------------


def test_what_has_not_begun_can_be_cancelled_and_its_file_goes(enqueue):
    task = enqueue(file=b"name\nA")

    assert tasks.cancel(task)

    task.refresh_from_db()
    assert (task.state, task.file) == (Task.State.CANCELLED, None)
    assert claim() is None


def test_what_runs_is_not_cancelled(enqueue):
    task = enqueue()
    claim()

    assert not tasks.cancel(task)
    assert states() == ["running"]


def test_a_worker_that_was_taken_for_dead_changes_nothing_any_more(enqueue):
    enqueue()
    mine = claim()
    claim(NOW + LATER, "b")

    assert not queue.finish(mine, Finished({"said": "late"}))
    assert not queue.fail(mine, "late")
    assert states() == ["running"]


def test_what_waits_for_a_person_goes_back_into_the_queue_with_their_answer(enqueue):
    enqueue(asked={"layout": "csv", "step": "compare"})
    queue.finish(claim(), Finished({}, state=Task.State.READY, lines={"new": [1, 2]}))

    assert tasks.ask_again(Task.objects.get(), {"step": "apply"})

    taken = claim()
    assert taken.asked == {"layout": "csv", "step": "apply"}
    assert taken.attempts == 1
    assert list(taken.lines.values_list("part", "position", "said")) == [
        ("new", 0, 1),
        ("new", 1, 2),
    ]


def test_only_one_of_two_people_applies(enqueue):
    enqueue()
    queue.finish(claim(), Finished({}, state=Task.State.READY))
    task = Task.objects.get()

    answers = [tasks.ask_again(task, {}), tasks.ask_again(task, {})]

    assert answers == [True, False]


def test_files_go_when_their_tasks_have_long_ended(enqueue):
    enqueue(file=b"old")
    queue.finish(claim(), Finished({}))
    enqueue(file=b"waits")

    queue.let_go_of_old_files(now=NOW + timedelta(days=31))

    kept = [task.file and bytes(task.file) for task in Task.objects.order_by("pk")]
    assert kept == [None, b"waits"]
