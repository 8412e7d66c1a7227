"""What a worker opens for an assignment, and what it may keep for the next one."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from autograder.grading import pool
from autograder.grading import setup as graders


class Made(int):
    """The zygote of that number."""

    def is_alive(self) -> bool:
        return True


def test_a_worker_reuses_a_zygote_with_the_same_libraries_isolation_and_course(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    @contextmanager
    def start_zygote(
        libraries: tuple[str, ...], *, unsafe: bool, data: dict[str, Any], private: tuple[str, ...]
    ) -> Iterator[Made]:
        opened.append((libraries, unsafe, data))
        yield Made(len(opened))

    monkeypatch.setattr(graders, "start_zygote", start_zygote)
    with closing(pool._Cache()) as cached:
        monkeypatch.setattr(pool, "_cached", cached)

        def opens(libraries: str, unsafe: bool, data: dict[str, Any], course: str = "/course") -> object:
            with graders._zygote(tuple(libraries.split()), unsafe, data, (course,)) as zygote:
                return zygote

        assert [opens("numpy", False, {}), opens("numpy", False, {})] == [1, 1]
        assert opens("numpy", True, {}) == 2
        assert opens("numpy torch", True, {}) == 3
        assert [opens("numpy torch", True, {"x": number}) for number in (1, 2)] == [
            4,
            5,
        ]  # a zygote with data is never reused
        assert opens("numpy torch", True, {}) == 3
        assert opens("numpy torch", True, {}, "/another/course") == 6  # the self-test has to try its files
