"""Workers open once, answer in any order, and take one item along when they die."""

import os
import signal
import time
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.pool import Died, Pool


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def pool(opener: str, argument: object, size: int) -> Pool:
    return Pool(f"tests.pool_workers:{opener}", (str(argument),), size)


def pids(log: Path, verb: str) -> list[int]:
    return [int(line.split()[-1]) for line in log.read_text().splitlines() if line.startswith(verb)]


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def wait_for(log: Path, count: int) -> list[str]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        lines = log.read_text().splitlines() if log.exists() else []
        if len(lines) >= count:
            return lines
        time.sleep(0.01)
    pytest.fail(f"the workers did not write {count} lines")


def test_every_item_gets_its_own_answer(log: Path) -> None:
    with pool("squares", log, 2) as workers:
        assert dict(workers.map(list(range(7)))) == {n: n * n for n in range(7)}


def test_each_worker_opens_once_and_closes_when_the_pool_does(log: Path) -> None:
    with pool("squares", log, 2) as workers:
        list(workers.map(list(range(6))))
    assert len(pids(log, "open")) == 2
    assert sorted(pids(log, "close")) == sorted(pids(log, "open"))
    assert not any(map(is_alive, pids(log, "open")))


def test_no_more_workers_than_items(log: Path) -> None:
    with pool("squares", log, 8) as workers:
        list(workers.map([3]))
    assert len(pids(log, "open")) == 1


def test_no_items_need_no_worker(log: Path) -> None:
    with pool("squares", log, 2) as workers:
        assert list(workers.map([])) == []
    assert not log.exists()


def test_a_worker_that_exits_takes_one_item_along_and_is_replaced(log: Path) -> None:
    items = [("answer", 1), ("exit", 3), ("answer", 2), ("kill", 0), ("answer", 4)]
    with pool("orders", log, 1) as workers:
        answers = dict(workers.map(items))
    assert [answers[item] for item in items] == [1, Died(3), 2, Died(-signal.SIGKILL), 4]


def test_a_worker_that_dies_between_two_items_stops_nobody(log: Path) -> None:
    items = [("answer and die", 1), ("answer", 2), ("answer", 3)]
    answers = {}
    with pool("orders", log, 1) as workers:
        for item, answer in workers.map(items):
            answers[item] = answer
            time.sleep(0.2)  # by now the timer has ended the worker
    assert answers[items[0]] == 1
    assert set(answers) == set(items)
    assert answers[items[2]] == 3


def test_what_a_worker_raises_on_purpose_is_raised_here(log: Path) -> None:
    with pytest.raises(CourseError, match="no such thing"), pool("orders", log, 1) as workers:
        list(workers.map([("raise", "no such thing")]))


def test_a_worker_that_cannot_open_says_why() -> None:
    with pytest.raises(CourseError, match="not today"), pool("refuses", "not today", 2) as workers:
        list(workers.map([1, 2, 3]))


def test_leaving_early_does_not_wait_for_what_is_being_done(log: Path) -> None:
    start = time.monotonic()
    with pytest.raises(ZeroDivisionError), pool("orders", log, 2) as workers:
        for _ in workers.map([("sleep", 60), ("answer", 1)]):
            wait_for(log, 2)
            raise ZeroDivisionError
    assert time.monotonic() - start < 8
    assert not any(map(is_alive, pids(log, "sleep")))


def test_an_interrupt_from_the_keyboard_is_the_parents_alone(log: Path) -> None:
    with pool("orders", log, 1) as workers:
        answers = workers.map([("answer", 1), ("answer", 2)])
        next(answers)
        for pid in set(pids(log, "answer")):
            os.kill(pid, signal.SIGINT)
        assert [answer for _, answer in answers] == [2]
    assert len(set(pids(log, "answer"))) == 1
