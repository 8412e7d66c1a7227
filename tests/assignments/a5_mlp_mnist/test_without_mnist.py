"""What the text of a5_mlp_mnist says about its experiments holds for the digits that replace MNIST as well."""

import re
import sys
from types import ModuleType
from typing import Any

import matplotlib as mpl
import pytest
from course_fixtures import ROOT

from autograder.course.layout import Course
from autograder.notebooks.roles import role


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the solved notebook defines on a machine without MNIST; no experiment has been run."""
    assignment = Course(ROOT).assignment("a5_mlp_mnist").load()
    checks: Any = ModuleType("checks")
    checks.attempt = checks.checks_passed = lambda *arguments: None
    scope: dict[str, Any] = {}
    mpl.use("Agg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "checks", checks)
        patch.syspath_prepend(str(assignment.folder))
        patch.delenv("MNIST_DIR", raising=False)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        for cell in assignment.cells:
            if cell.kind == "code" and role(cell) in ("setup", "answer", "experiment"):
                exec(compile(cell.source, f"line {cell.line}", "exec"), scope)
        yield scope


def test_a_fresh_network_is_as_uncertain_as_the_text_says(names: Any, capsys: pytest.CaptureFixture[str]) -> None:
    names["print_first_loss"]()
    said = capsys.readouterr().out
    assert "NOT MNIST" in said
    numbers = (re.findall(rf"{what} (?:= )?([\d.]+)", said)[0] for what in ("loss", "pixel", "logit"))
    first, pixel, logit = map(float, numbers)
    assert 2.3026 < first < 2.7
    assert 1.7 < logit / pixel < 2.3


@pytest.mark.slow
def test_each_bug_shows_in_the_way_the_text_says(names: Any) -> None:
    found = names["variants"].runs(*names["split"](names["pick_device"]()))
    losses = {name: run[0] for name, run in found.items()}
    reached = {name: run[1][-1] for name, run in found.items()}
    assert abs(losses["A"][0] - 2.3026) > 0.5
    assert all(abs(losses[name][0] - 2.3026) < 0.5 for name in ("correct", "B", "C", "D", "E", "F"))
    assert losses["B"][-1] < 0.3
    assert reached["B"] < 0.3
    assert all(abs(loss - 2.3026) < 0.01 for loss in losses["C"])
    assert min(losses["D"]) > 1.4612
    assert reached["D"] > 0.85
    assert losses["E"][-1] > losses["E"][0]
    assert reached["E"] < 0.3
    assert all(abs(reached[name] - reached["correct"]) < 0.04 for name in ("A", "F"))


def test_sigmoids_need_more_epochs_than_relus(names: Any, capsys: pytest.CaptureFixture[str]) -> None:
    names["sigmoid_against_relu"](None)
    assert "Write your prediction" in capsys.readouterr().out
    names["sigmoid_against_relu"](5)
    said = capsys.readouterr().out
    assert int(re.findall(r"sigmoid, epoch +(\d+)", said)[-1]) > 1
    assert "You said 5." in said


@pytest.mark.slow
def test_shuffled_labels_are_learned_by_heart(names: Any, capsys: pytest.CaptureFixture[str]) -> None:
    names["draw_memory"]()
    learned, elsewhere = map(float, re.findall(r"([\d.]+) %", capsys.readouterr().out))
    assert learned == 100
    assert elsewhere < 20


@pytest.mark.slow
def test_training_goes_on_where_validation_stops(names: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _, params = names["train_live"]()
    (X, y), (V, v) = names["split"](names["pick_device"]())
    assert names["evaluate"](params, X, y) > names["evaluate"](params, V, v) + 0.01
    assert names["evaluate"](params, V, v) > 0.95
