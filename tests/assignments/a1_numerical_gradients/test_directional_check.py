"""What `directional_check` of a1_numerical_gradients earns without comparing anything, whatever it looks at instead."""

from collections.abc import Iterator

import pytest
from conftest import MakeProcess
from course_fixtures import ROOT

from autograder.results.model import Status
from autograder.testing.suite import Suite

HIDDEN_TESTS = ROOT / "assignments" / "a1_numerical_gradients" / "hidden_tests"
CHECK = "test_directional_check"

BELIEVES_EVERYTHING = """\
import numpy as np
def looks_wrong(f, g, x): return False
def directional_check(f, g, x, rng, k):
    x = np.asarray(x, dtype=np.float64)
    for _ in range(k):
        v = 1e-5 * rng.standard_normal(x.shape)
        f(x + v), f(x - v)
    return not looks_wrong(f, g, x)
"""

READS_THE_PROXY = """\
import gc, inspect, sys
WORDS = [word[::-1] for word in ("gnorw", "delbuod", "detagen", "detfihs", "mialc", "rorre", "ffo", "peets")]
def texts(g, x):
    yield from (g.__name__, g.__qualname__, repr(g), str(inspect.signature(g)), repr(vars(g)), repr(g.__defaults__))
    yield from (repr(g.__doc__), repr(g.__module__), repr(g.__code__.co_freevars), repr(g.__code__.co_consts))
    yield from (repr(cell.cell_contents) for cell in g.__closure__)
    yield from (repr(getattr(cell.cell_contents, "__dict__", 0)) for cell in g.__closure__)
    yield from (repr(found) for found in gc.get_referents(g))
    frame = sys._getframe(2)
    while frame:
        yield repr({name: value for name, value in frame.f_locals.items() if name in ("request", "answer", "name")})
        frame = frame.f_back
    for args, kwargs in (((), {}), ((x, 0.0), {}), ((x,), {"claim": 0.0}), (("?",), {}), ((x[..., None, None],), {})):
        try:
            yield repr(g(*args, **kwargs))
        except BaseException as error:
            yield str(error).replace("'claim'", "")
def looks_wrong(f, g, x):
    return any(word in text for text in texts(g, x) for word in WORDS)
"""

OVERRIDES_A_DEFAULT = """\
def looks_wrong(f, g, x):
    for args in ((x, 0.0), (x, f), (x, 0.0, 0.0)):
        try:
            if not np.array_equal(g(x), g(*args)):
                return True
        except Exception:
            pass
    return False
"""


@pytest.fixture(scope="module")
def suite() -> Iterator[Suite]:
    with Suite(HIDDEN_TESTS) as opened:
        yield opened


def passed(suite: Suite, process_of: MakeProcess, *cells: str) -> set[str]:
    return {v.test for v in suite.run(CHECK, process_of(*cells, seconds=5.0)) if v.status is Status.PASSED}


@pytest.mark.parametrize("looks_wrong", [READS_THE_PROXY, OVERRIDES_A_DEFAULT], ids=["reads", "overrides"])
def test_who_asks_the_proxies_instead_of_comparing_earns_what_somebody_earns_who_believes_everything(
    suite: Suite, process_of: MakeProcess, looks_wrong: str
) -> None:
    honest = passed(suite, process_of, BELIEVES_EVERYTHING)
    assert passed(suite, process_of, BELIEVES_EVERYTHING, looks_wrong) == honest
    assert len(honest) < len(suite.tests[CHECK])
