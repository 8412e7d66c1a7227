"""SECURITY.md names the test that holds each promise; the tests must be there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROWS = re.findall(
    r"^\| (P\d+) \|[^|]*\| (.*) \|$", (TESTS.parent / "SECURITY.md").read_text(encoding="utf-8"), re.MULTILINE
)


def test_the_page_makes_promises() -> None:
    assert len(ROWS) >= 10


@pytest.mark.parametrize(("promise", "held_by"), ROWS)
def test_every_promise_is_held_by_tests_that_exist(promise: str, held_by: str) -> None:
    modules = [part.partition(": ") for part in held_by.split("; ")]
    assert modules
    for module, _, names in modules:
        source = (TESTS / f"{module}.py").read_text(encoding="utf-8")
        found = re.findall(r"`(\w+)`", names)
        assert found, promise
        for name in found:
            assert f"def test_{name}(" in source, f"{promise}: {module} has no test_{name}"
