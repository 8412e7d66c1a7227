"""`autograder prove` holds for an assignment that is right, and names each kind of defect in one that is not."""

import io
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import HIDDEN_TESTS, NAME, hidden_test, rewrite
from rich.console import Console

from autograder.authoring import incremental, sample_class
from autograder.authoring.build import build
from autograder.authoring.incremental import EditedSolution
from autograder.authoring.prove import SHORT_WRONG_ANSWERS, Finding, Proof, prove
from autograder.authoring.sample_class import SampleSubmission
from autograder.course import devices
from autograder.course.layout import Course
from autograder.errors import AssignmentError
from autograder.grading.pool import Pool

EACH_HAS_THE_OTHER = "each check has a file of hidden tests, and vice versa"
EXACTLY = "each wrong answer fails exactly the tests it names"


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
    assert evidence[EACH_HAS_THE_OTHER] == "2 checks, 4 hidden tests"
    assert evidence[EXACTLY].startswith("2 wrong answers fail 3 of 4 tests")
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
    assert (
        "the untouched release passes test_square::test_asks_nothing"
        in defects["the untouched release earns no points"]
    )


def test_a_wrong_answer_that_fails_more_than_it_says_is_named(defects: dict[str, str]) -> None:
    found = defects[EXACTLY]
    assert "wrong-triples fails test_square::test_arrays, test_square::test_" in found


def test_a_wrong_answer_that_fails_less_than_it_says_is_named(defects: dict[str, str]) -> None:
    assert "wrong-sorts_in_place passes test_total::test_sum" in defects[EXACTLY]


def test_a_wrong_answer_that_names_a_hidden_test_nobody_has_is_named(defects: dict[str, str]) -> None:
    found = defects[EXACTLY]
    assert "wrong-invented names hidden tests that do not exist: test_square::test_of_nobody" in found


def test_a_right_answer_that_loses_points_is_named(defects: dict[str, str]) -> None:
    assert "right-power fails test_square::test_arrays" in defects["each right answer earns full points"]


def test_a_bug_in_a_hidden_test_is_quoted(defects: dict[str, str]) -> None:
    assert (
        "solution: test_square::test_is_ours could not be run: ZeroDivisionError: a bug of ours"
        in (defects["every hidden test can be run"])
    )


def test_a_solution_that_does_not_earn_everything_is_named(defects: dict[str, str]) -> None:
    assert "solution fails test_square::test_" in defects["the solution earns full points"]


def test_a_hidden_test_that_changes_its_mind_is_noticed(defects: dict[str, str]) -> None:
    assert "solution: " in defects["two gradings agree"]


def test_a_line_of_a_hidden_test_in_the_release_is_quoted(defects: dict[str, str]) -> None:
    leaked = "assert_close(student.square(secret_input), 31337.25**2)"
    assert leaked in defects["no solution or hidden test is in the release"]


def test_a_stale_build_says_how_to_mend_it(defects: dict[str, str]) -> None:
    found = defects["source/, release/ and solutions/ are up to date"]
    assert f"release/{NAME}/{NAME}.ipynb is out of date; run `autograder build {NAME}`" in found


def test_a_missing_file_of_hidden_tests_and_one_too_many_are_named(course: Course, pool: Pool) -> None:
    hidden_test(course, "test_square").rename(hidden_test(course, "test_other"))
    proof = prove(course.assignment(NAME), pool)
    found = problems(proof)[EACH_HAS_THE_OTHER]
    assert found == (
        "the check test_square has no hidden_tests/test_square.py | hidden_tests/test_other.py belongs to no check"
    )
    assert "NOT proved" in shown(proof)


def test_a_problem_of_one_wrong_answer_does_not_hide_the_wrong_score_of_a_later_one(
    course: Course, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = course.assignment(NAME).folder / "wrong_answers" / "sorts_in_place.py"
    rewrite(early, "::test_argument_is_kept", '::test_argument_is_kept", "test_total::test_sum')
    expected_score = sample_class.expected_score

    def half_a_point_more(assignment: Any, suite: Any, sample: SampleSubmission, **more: Any) -> float:
        return expected_score(assignment, suite, sample, **more) + 0.5 * (sample.student == "wrong-triples")

    monkeypatch.setattr(sample_class, "expected_score", half_a_point_more)
    assert problems(prove(course.assignment(NAME), pool)) == {
        EXACTLY: "wrong-sorts_in_place passes test_total::test_sum | wrong-triples earns 3 instead of 3.5"
    }


def with_slow_test(course: Course, log: Path) -> None:
    """A slow hidden test that writes down that it was run."""
    path = hidden_test(course, "test_square")
    path.write_text(
        path.read_text(encoding="utf-8")
        + f'''

import pytest


@pytest.mark.slow
def test_slowly(student):
    """The square of a number is right, however long it takes."""
    open({str(log)!r}, "a").write("x")
    assert_close(student.square(5.0), 25.0)
'''
    )
    wrong = course.assignment(NAME).folder / "wrong_answers"
    (wrong / "slowly_wrong.py").write_text(
        '# %% [markdown] fails=["test_square::test_slowly", "test_square::test_numbers"]\n# Wrong for scalars.\n\n'
        '# %% answer="square"\ndef square(x):\n    return x * x * (2 - np.ndim(x))\n'
    )
    rewrite(wrong / "triples.py", "fails=[", 'fails=["test_square::test_slowly", ')
    build(course.assignment(NAME))


def test_a_short_proof_holds_with_a_few_wrong_answers_and_one_right_one(course: Course, pool: Pool) -> None:
    folder = course.assignment(NAME).folder
    for number in range(2 * SHORT_WRONG_ANSWERS):
        shutil.copy(folder / "wrong_answers" / "triples.py", folder / "wrong_answers" / f"triples{number}.py")
        shutil.copy(folder / "right_answers" / "power.py", folder / "right_answers" / f"power{number}.py")
    proof = prove(course.assignment(NAME), pool, short=True)
    assert problems(proof) == {}
    evidence = {finding.claim: finding.evidence for finding in proof.findings}
    assert evidence[EXACTLY].startswith(f"{SHORT_WRONG_ANSWERS} wrong answers fail ")
    assert evidence["each right answer earns full points"] == "1 graded"


def test_a_short_proof_runs_no_slow_test_and_holds_where_a_wrong_answer_names_one(
    course: Course, pool: Pool, tmp_path: Path
) -> None:
    with_slow_test(course, tmp_path / "log")
    assert problems(prove(course.assignment(NAME), pool, short=True)) == {}
    assert not (tmp_path / "log").exists()


@pytest.mark.slow
def test_a_full_proof_runs_slow_tests_where_they_tell_something(course: Course, pool: Pool, tmp_path: Path) -> None:
    with_slow_test(course, tmp_path / "log")
    assert problems(prove(course.assignment(NAME), pool)) == {}
    times = (tmp_path / "log").read_text().count("x")
    assert times == 5, "the solution, the untouched release, both answers that name it, the right one to its question"


@pytest.mark.parametrize("line", ["@pytest.mark.skip", "@getattr(pytest.mark, 'skip')"])
def test_an_unsupported_hidden_test_is_named_where_a_person_can_mend_it(course: Course, pool: Pool, line: str) -> None:
    path = hidden_test(course, "test_square")
    path.write_text(f'import pytest\n\n{line}\ndef test_x(student):\n    """X."""\n')
    with pytest.raises(AssignmentError, match=rf"{path}:3: @pytest\.mark\.skip is not supported in hidden tests"):
        prove(course.assignment(NAME), pool)


@pytest.mark.slow
def test_a_solution_in_the_release_is_quoted(course: Course, pool: Pool) -> None:
    notebook = course.assignment(NAME).folder / "notebook.py"
    rewrite(
        notebook, '"""x times x."""', '"""x times x."""\n    # product_of_equals = x * x\n    product_of_equals = x * x'
    )
    build(course.assignment(NAME))
    found = problems(prove(course.assignment(NAME), pool))
    assert "product_of_equals = x * x" in found["no solution or hidden test is in the release"]


def test_a_proof_holds_when_nothing_speaks_against_it() -> None:
    assert Proof("x", (Finding("a"), Finding("b"))).holds
    assert not Proof("x", (Finding("a"), Finding("b", ("no",)))).holds


def test_brackets_in_a_problem_are_shown_as_they_are() -> None:
    assert "x[0] = [red]" in shown(Proof("x", (Finding("a", ("x[0] = [red]",)),)))


def incremental_grader(course: Course) -> AbstractContextManager[Callable[[EditedSolution], frozenset[str]]]:
    place = course.assignment(NAME)
    return incremental.open_worker(place, place.load().answers)


def test_grading_again_leaves_the_gpu_to_others(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The solution stays open for hundreds of edited ones; with the GPU, a second sandbox would wait for ever."""
    settings = course.assignment(NAME).folder / "assignment.toml"
    settings.write_text('device = "cuda-if-available"\n' + settings.read_text())
    monkeypatch.setattr(devices, "has_gpu", lambda: True)
    monkeypatch.setattr(devices, "gpu_nodes", lambda: ("no-such-node",))
    with incremental_grader(course) as failed_tests:
        for whole in (False, True):
            assert failed_tests(EditedSolution("solution", {}, ("test_square",), whole=whole)) == frozenset()


def test_an_edited_solution_leaves_nothing_behind_for_the_next(course: Course) -> None:
    wrong = EditedSolution("wrong", {"square": "def square(x): return -3.0"}, ("test_square",))
    first = EditedSolution("first", wrong.answers, wrong.checks, until_failure=True)
    with incremental_grader(course) as failed_tests:
        assert len(failed_tests(wrong)) > 1
        assert len(failed_tests(first)) == 1
        assert failed_tests(EditedSolution("solution", {}, ("test_square",))) == frozenset()


def test_a_proof_counts_what_it_grades_up_to_the_total(course: Course, pool: Pool) -> None:
    steps: list[int] = []
    prove(course.assignment(NAME), pool, mutants=True, progress=lambda name, total: steps.append(total))
    # Five samples, four of them twice (the untouched release only once), and then the mutants.
    assert steps[:9] == [9] * 9
    assert set(steps[9:]) == {len(steps)}
