"""What a process keeps is made once for all of its threads."""

import threading
import time

import pytest

from locator.models import Kept

THREADS = 4
PATIENCE = 10  # seconds


class Maker:
    """Makes one thing after the other, each as slowly as it is told."""

    def __init__(self) -> None:
        self.made = 0
        self.may_go_on = threading.Event()

    def __call__(self) -> int:
        self.may_go_on.wait(PATIENCE)
        self.made += 1
        return self.made


def asked_by_threads(kept: Kept, tokens: list[str]) -> tuple[list[int], list]:
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda token=token: told.append(kept.at(token)))
        for token in tokens
    ]
    for thread in threads:
        thread.start()
    return told, threads


def ended(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(PATIENCE)
    return not any(thread.is_alive() for thread in threads)


def test_of_many_threads_one_makes_what_changed():
    make = Maker()
    kept = Kept(make)
    told, threads = asked_by_threads(kept, ["a"] * THREADS)
    # All of them have come before the first is done.
    time.sleep(0.1)

    make.may_go_on.set()

    assert ended(threads)
    assert told == [1] * THREADS
    assert make.made == 1


def test_what_stands_is_told_while_something_else_is_made():
    make = Maker()
    kept = Kept(make)
    make.may_go_on.set()
    kept.at("a")
    make.may_go_on.clear()
    told, threads = asked_by_threads(kept, ["b"])

    still = kept.at("a")

    assert still == 1
    make.may_go_on.set()
    assert ended(threads)
    assert told == [2]


def test_what_breaks_is_made_by_the_next():
    def make() -> str:
        if not attempts:
            attempts.append("the first")
            raise OSError("no database")
        return "made"

    attempts: list[str] = []
    kept = Kept(make)
    with pytest.raises(OSError, match="no database"):
        kept.at("a")

    told = kept.at("a")

    assert told == "made"


def test_what_hangs_holds_up_nobody_for_long():
    hanging, is_hung = threading.Event(), threading.Event()

    def make() -> str:
        if is_hung.is_set():
            return "made"
        is_hung.set()
        hanging.wait(PATIENCE)
        return "late"

    kept = Kept(make, patience=0.1)
    _told, threads = asked_by_threads(kept, ["a"])
    is_hung.wait(PATIENCE)

    told = kept.at("a")

    assert told == "made"
    hanging.set()
    assert ended(threads)
