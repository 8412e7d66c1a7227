"""`autograder prove` holds for an assignment that is right, and names each kind of defect in one that is not."""

import io
import shutil
from pathlib import Path

import pytest
from course_fixtures import HIDDEN_TESTS, NAME, hidden_test, rewrite
from rich.console import Console

from autograder.authoring import incremental as spotcheck
from autograder.authoring.build import build
from autograder.authoring.incremental import EditedSolution
from autograder.authoring.prove import Finding, Proof, prove
from autograder.course import devices
from autograder.course.layout import Course
from autograder.grading.pool import Pool


def problems(proof: Proof) -> dict[str, str]:
    """What speaks against each claim, on one line."""
    return {finding.claim: " | ".join(finding.problems) for finding in proof.findings if finding.problems}


def shown(proof: Proof) -> str:
    console = Console(width=200, file=io.StringIO(), record=True)
    console.print(proof.table())
    return console.export_text()


def test_a_right_assignment_is_proved_and_left_as_it_was(course: Course, pool: Pool) -> None:
    before = {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()}
    proof = prove(course.assignment(NAME), pool)
    assert problems(proof) == {}
    assert proof.holds
    assert {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()} == before
    evidence = {finding.claim: finding.evidence for finding in proof.findings}
    assert evidence["every check has a suite, every suite a check"] == "2 checks, 4 tests"
    assert evidence["each wrong answer loses exactly the tests it names"].startswith("2 misconceptions; 3 of 4 tests")
    assert "proved" in shown(proof)
    assert "NOT" not in shown(proof)


@pytest.fixture(scope="module")
def defects(built: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One proof of an assignment with one defect of each kind."""
    course = Course(tmp_path_factory.mktemp("defects") / "course")
    shutil.copytree(built.root, course.root)
    folder = course.assignment(NAME).folder
    rewrite(
        folder / "notebook.py",
        "assert square(3) == 9",
        "assert square(3) == 9\n# assert_close(student.square(secret_input), 31337.25**2)",
    )
    rewrite(folder / "notebook.py", "assert total(np.ones(4)) == 4", "assert total(np.ones(4)) == 4  # edited")
    rewrite(folder / "wrong_answers" / "triples.py", ', "test_square::test_arrays"', "")
    rewrite(
        folder / "wrong_answers" / "sorts_in_place.py",
        "::test_argument_is_kept",
        '::test_argument_is_kept", "test_total::test_sum',
    )
    rewrite(folder / "right_answers" / "power.py", "x**2", "x**3")
    log = tmp_path_factory.mktemp("log") / "log"
    log.touch()
    hidden_test(course, "test_square").write_text(
        HIDDEN_TESTS["test_square"]
        + f'''

def test_asks_nothing(student):
    """A test that asks nothing."""


def test_is_ours(student):
    """A test with a bug of ours."""
    raise ZeroDivisionError("a bug of ours")


def test_changes_its_mind(student):
    """A test that is different the second time."""
    with open({str(log)!r}, "a+") as file:
        file.write("x")
        assert file.tell() < 3
'''
    )
    (folder / "wrong_answers" / "invented.py").write_text(
        '# %% [markdown] fails=["test_square::test_of_nobody"]\n# Names a test that is not there.\n\n'
        '# %% answer="square"\ndef square(x):\n    return x * x\n'
    )
    with Pool(1) as pool:
        return problems(prove(course.assignment(NAME), pool))


def test_a_hidden_test_that_the_untouched_release_passes_is_named(defects: dict[str, str]) -> None:
    assert "the untouched release passes test_square::test_asks_nothing" in defects["the untouched release earns 0"]


def test_a_wrong_answer_that_breaks_more_than_it_says_is_named(defects: dict[str, str]) -> None:
    found = defects["each wrong answer loses exactly the tests it names"]
    assert "wrong-triples breaks test_square::test_" in found
    assert "test_square::test_arrays" in found


def test_a_wrong_answer_that_breaks_less_than_it_says_is_named(defects: dict[str, str]) -> None:
    assert (
        "wrong-sorts_in_place passes test_total::test_sum"
        in defects["each wrong answer loses exactly the tests it names"]
    )


def test_a_wrong_answer_that_names_a_hidden_test_nobody_has_is_named(defects: dict[str, str]) -> None:
    found = defects["each wrong answer loses exactly the tests it names"]
    assert "wrong-invented names tests that no suite has: test_square::test_of_nobody" in found


def test_a_right_answer_that_loses_points_is_named(defects: dict[str, str]) -> None:
    assert "right-power loses" in defects["each right answer earns everything"]


def test_a_bug_in_a_hidden_test_is_quoted(defects: dict[str, str]) -> None:
    assert (
        "solution: test_square::test_is_ours was not run: ZeroDivisionError: a bug of ours"
        in (defects["no hidden test is at fault"])
    )


def test_a_solution_that_does_not_earn_everything_is_named(defects: dict[str, str]) -> None:
    assert "solution loses" in defects["the solution earns everything"]


def test_a_hidden_test_that_changes_its_mind_is_noticed(defects: dict[str, str]) -> None:
    assert "solution: " in defects["two gradings agree"]


def test_a_line_of_a_hidden_test_in_the_release_is_quoted(defects: dict[str, str]) -> None:
    leaked = "assert_close(student.square(secret_input), 31337.25**2)"
    assert leaked in defects["nothing hidden or solved is in the release"]


def test_a_stale_build_says_how_to_mend_it(defects: dict[str, str]) -> None:
    found = defects["source/, release/ and solutions/ are up to date"]
    assert f"release/{NAME}/{NAME}.ipynb is stale; run `autograder build {NAME}`" in found


def test_a_missing_suite_and_one_too_many_are_named(course: Course, pool: Pool) -> None:
    hidden_test(course, "test_square").rename(hidden_test(course, "test_other"))
    proof = prove(course.assignment(NAME), pool)
    found = problems(proof)["every check has a suite, every suite a check"]
    assert found == (
        "the check test_square has no hidden_tests/test_square.py | hidden_tests/test_other.py grades no check"
    )
    assert "NOT proved" in shown(proof)


@pytest.mark.slow
def test_a_solution_in_the_release_is_quoted(course: Course, pool: Pool) -> None:
    notebook = course.assignment(NAME).folder / "notebook.py"
    rewrite(
        notebook, '"""x times x."""', '"""x times x."""\n    # product_of_equals = x * x\n    product_of_equals = x * x'
    )
    build(course.assignment(NAME))
    found = problems(prove(course.assignment(NAME), pool))
    assert "product_of_equals = x * x" in found["nothing hidden or solved is in the release"]


def test_a_proof_holds_when_nothing_speaks_against_it() -> None:
    assert Proof("x", (Finding("a"), Finding("b"))).holds
    assert not Proof("x", (Finding("a"), Finding("b", ("no",)))).holds


def test_brackets_in_a_problem_are_shown_as_they_are() -> None:
    assert "x[0] = [red]" in shown(Proof("x", (Finding("a", ("x[0] = [red]",)),)))


def test_asking_again_leaves_the_gpu_to_others(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The solution stays open for hundreds of spot checks; with the GPU, a second sandbox would wait for ever."""
    settings = course.assignment(NAME).folder / "assignment.toml"
    settings.write_text('device = "cuda-if-available"\n' + settings.read_text())
    monkeypatch.setattr(devices, "has_gpu", lambda: True)
    monkeypatch.setattr(devices, "gpu_nodes", lambda: ("no-such-node",))
    with spotcheck.open_worker(str(course.root), course.assignment(NAME).load()) as ask:
        for whole in (False, True):
            assert ask(spotcheck.EditedSolution("solution", {}, ("test_square",), whole=whole)) == frozenset()


def test_a_spot_leaves_nothing_behind_for_the_next(course: Course) -> None:
    wrong = EditedSolution("wrong", {"square": "def square(x): return -3.0"}, ("test_square",))
    first = EditedSolution("first", wrong.answers, wrong.checks, until_failure=True)
    with spotcheck.open_worker(str(course.root), course.assignment(NAME).load()) as ask:
        assert len(ask(wrong)) > 1
        assert len(ask(first)) == 1
        assert ask(EditedSolution("solution", {}, ("test_square",))) == frozenset()
