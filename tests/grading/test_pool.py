"""Workers open once, answer in any order, and take one item along when they die."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.grading.pool import WORKER_MB, Died, Job, Pool, reuse
from autograder.sandbox.host import cgroups


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


class OneJob(Pool):
    """A pool that does one job."""

    def __init__(self, job: Job, size: int) -> None:
        super().__init__(size)
        self.job = job

    def __enter__(self) -> "OneJob":
        return self

    def do(self, items: list[Any]) -> Iterator[tuple[Any, Any]]:
        return self.map(self.job, items)


def job(opener: str, argument: object) -> Job:
    return Job(f"tests.grading.pool_workers:{opener}", (str(argument),))


def pool(opener: str, argument: object, size: int) -> OneJob:
    return OneJob(job(opener, argument), size)


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
        assert dict(workers.do(list(range(7)))) == {n: n * n for n in range(7)}


def test_each_worker_opens_once_and_closes_when_the_pool_does(log: Path) -> None:
    with pool("squares", log, 2) as workers:
        list(workers.do(list(range(6))))
    assert len(pids(log, "open")) == 2
    assert sorted(pids(log, "close")) == sorted(pids(log, "open"))
    assert not any(map(is_alive, pids(log, "open")))


def test_no_more_workers_than_items(log: Path) -> None:
    with pool("squares", log, 8) as workers:
        list(workers.do([3]))
    assert len(pids(log, "open")) == 1


def test_no_items_need_no_worker(log: Path) -> None:
    with pool("squares", log, 2) as workers:
        assert list(workers.do([])) == []
    assert not log.exists()


def test_a_worker_that_exits_takes_one_item_along_and_is_replaced(log: Path) -> None:
    items = [("answer", 1), ("exit", 3), ("answer", 2), ("kill", 0), ("answer", 4)]
    with pool("orders", log, 1) as workers:
        answers = dict(workers.do(items))
    assert [answers[item] for item in items] == [1, Died(3), 2, Died(-signal.SIGKILL), 4]


def test_a_worker_that_hangs_is_ended_and_the_others_go_on(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It loops in C, so that only SIGKILL ends it; opening the job has time of its own."""
    monkeypatch.setattr("autograder.grading.pool._OPEN_SECONDS", 20.0)
    impatient = replace(job("orders", log), item_seconds=0.5)
    items = [("answer", 1), ("hang", 0), ("answer", 2), ("answer", 3)]
    with Pool(1) as workers:
        answers = dict(workers.map(impatient, items))
    died = answers.pop(items[1])
    assert died == Died(-signal.SIGKILL, 0.5)
    assert str(died) == "the grader's worker process was ended because it had not answered after 0.5 s"
    assert answers == {("answer", n): n for n in (1, 2, 3)}


def test_a_worker_holds_no_more_memory_than_it_may(log: Path) -> None:
    with pool("orders", log, 1) as workers:
        answers = dict(workers.do([("allocate", WORKER_MB // 2), ("allocate", WORKER_MB), ("allocate", 5000)]))
    assert answers["allocate", WORKER_MB // 2] == WORKER_MB // 2 * 2**20
    assert answers["allocate", WORKER_MB] == answers["allocate", 5000] == "MemoryError"
    assert len(set(pids(log, "allocate"))) == 1  # it went on


def test_the_limit_holds_while_a_job_is_open_and_not_while_one_is_opened(log: Path) -> None:
    """Or a zygote, which a job starts when it is opened, would have the limit of the job before."""
    with Pool(1) as workers:
        assert dict(workers.map(job("orders", log), [("allocate", 2000)])) == {("allocate", 2000): "MemoryError"}
        assert dict(workers.map(job("allocates", 2000), ["?"])) == {"?": 2000 * 2**20}


@pytest.mark.skipif("memory" not in cgroups.support().controllers, reason="this machine has no cgroups for us")
def test_what_a_worker_starts_is_in_its_group_and_the_group_goes_with_it(log: Path) -> None:
    item = ("start", ("cat", "/proc/self/cgroup"))
    with pool("orders", log, 1) as workers:
        (listed,) = dict(workers.do([item])).values()
        (worker,) = pids(log, "open") or set(pids(log, "start"))
        name = f"{cgroups._prefix()}{worker}-"
        assert name in listed
        assert any(list(base.glob(f"{name}*")) for base in cgroups._find().bases.values())
    assert not any(list(base.glob(f"{name}*")) for base in cgroups._find().bases.values())


def test_a_worker_that_dies_between_two_items_stops_nobody(log: Path) -> None:
    items = [("answer and die", 1), ("answer", 2), ("answer", 3)]
    answers = {}
    with pool("orders", log, 1) as workers:
        for item, answer in workers.do(items):
            answers[item] = answer
            time.sleep(0.2)  # by now the timer has ended the worker
    assert answers[items[0]] == 1
    assert set(answers) == set(items)
    assert answers[items[2]] == 3


def test_what_a_worker_raises_on_purpose_is_raised_here(log: Path) -> None:
    with pytest.raises(CourseError, match="no such thing"), pool("orders", log, 1) as workers:
        list(workers.do([("raise", "no such thing")]))


def test_a_worker_that_cannot_open_says_why() -> None:
    with pytest.raises(CourseError, match="not today"), pool("refuses", "not today", 2) as workers:
        list(workers.do([1, 2, 3]))


def test_leaving_early_does_not_wait_for_what_is_being_done(log: Path) -> None:
    start = time.monotonic()
    with pytest.raises(ZeroDivisionError), pool("orders", log, 2) as workers:
        for _ in workers.do([("sleep", 60), ("answer", 1)]):
            wait_for(log, 2)
            raise ZeroDivisionError
    assert time.monotonic() - start < 8
    assert not any(map(is_alive, pids(log, "sleep")))


def test_an_interrupt_from_the_keyboard_is_the_parents_alone(log: Path) -> None:
    with pool("orders", log, 1) as workers:
        answers = workers.do([("answer", 1), ("answer", 2)])
        next(answers)
        for pid in set(pids(log, "answer")):
            os.kill(pid, signal.SIGINT)
        assert [answer for _, answer in answers] == [2]
    assert len(set(pids(log, "answer"))) == 1


def test_a_second_job_is_done_by_the_same_workers(log: Path) -> None:
    with Pool(2) as workers:
        assert dict(workers.map(job("squares", log), [1, 2])) == {1: 1, 2: 4}
        assert dict(workers.map(job("orders", log), [("answer", 5), ("answer", 6)])) == {
            ("answer", 5): 5,
            ("answer", 6): 6,
        }
        assert len(pids(log, "close")) == 2
        assert dict(workers.map(job("squares", log), [3])) == {3: 9}
    assert set(pids(log, "answer")) <= set(pids(log, "open"))
    assert len(set(pids(log, "open"))) == 2


def test_the_same_job_is_not_opened_again(log: Path) -> None:
    with Pool(1) as workers:
        for number in (1, 2, 3):
            assert list(workers.map(job("squares", log), [number])) == [(number, number * number)]
    assert len(pids(log, "open")) == 1


def keeper(log: Path, key: str, number: int = 0) -> Job:
    return Job("tests.grading.pool_workers:keepers", (str(log), key, number))


def verbs(log: Path) -> list[str]:
    return [line.rpartition(" ")[0] for line in log.read_text().splitlines()]


def test_what_a_worker_keeps_is_there_for_its_next_job(log: Path) -> None:
    with Pool(1) as workers:
        for number in (0, 1):
            assert list(workers.map(keeper(log, "a", number), ["?"])) == [("?", "made for a")]
        assert verbs(log) == ["open a"]
        assert list(workers.map(keeper(log, "b"), ["?"])) == [("?", "made for b")]
        assert verbs(log) == ["open a", "close a", "open b"]
    assert verbs(log)[-1] == "close b"


def test_what_a_worker_keeps_is_made_anew_after_an_error(log: Path) -> None:
    with Pool(1) as workers:
        list(workers.map(keeper(log, "a"), ["?"]))
        with pytest.raises(CourseError):
            list(workers.map(keeper(log, "a"), ["broken"]))
        assert list(workers.map(keeper(log, "a"), ["?"])) == [("?", "made for a")]
    assert verbs(log) == ["open a", "close a", "open a", "close a"]


def test_what_is_not_well_any_more_is_made_anew(log: Path) -> None:
    with Pool(1) as workers:
        list(workers.map(keeper(log, "a"), ["?"]))
        (log.parent / "ill").touch()
        assert list(workers.map(keeper(log, "a", 1), ["?"])) == [("?", "made for a")]
    assert verbs(log) == ["open a", "close a", "open a", "close a"]


def test_outside_of_a_worker_nothing_is_kept() -> None:
    closed = []

    @contextmanager
    def make() -> Iterator[int]:
        yield 1
        closed.append(1)

    with reuse("key", make, bool) as made:
        assert (made, closed) == (1, [])
    assert closed == [1]


def test_after_an_error_the_job_is_opened_again(log: Path) -> None:
    with Pool(1) as workers:
        with pytest.raises(CourseError, match="not today"):
            list(workers.map(job("refuses", "not today"), [1]))
        with pytest.raises(CourseError, match="not today"):
            list(workers.map(job("refuses", "not today"), [1]))
        assert list(workers.map(job("squares", log), [4])) == [(4, 16)]


def test_what_was_left_undone_is_not_answered_later(log: Path) -> None:
    with Pool(2) as workers:
        with workers.run(job("orders", log), [("sleep", 60), ("answer", 1)]) as answers:
            assert next(answers) == (("answer", 1), 1)
        assert dict(workers.map(job("squares", log), [2, 3])) == {2: 4, 3: 9}


def test_what_a_worker_logs_is_logged_here(log: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Pool(1) as workers:
        assert list(workers.map(job("logs", log), ["careful"])) == [("careful", None)]
    (record,) = [record for record in caplog.records if record.message.startswith("worker says careful")]
    assert record.name == "autograder.tests"
    assert "ZeroDivisionError" in record.message
