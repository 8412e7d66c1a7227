"""Mutants: each operator makes the mistake it is named after, inside solution regions only, as valid Python."""

import ast
from pathlib import Path

import pytest
from course_fixtures import NAME

from autograder.authoring.mutants import mutants
from autograder.authoring.mutation_score import EQUIVALENT_MUTANTS, mutation_score
from autograder.authoring.prove import prove_mutants
from autograder.course.layout import Course
from autograder.errors import AssignmentError
from autograder.grading.pool import Pool


def answer(body: str) -> str:
    return f'def f(x, n):\n    """Two lines: 1 + 1."""\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION\n'


def lines(body: str) -> set[str]:
    return {mutant.becomes for mutant in mutants("f", answer(body))}


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("return x + n", "return (x - n)"),
        ("return x - n", "return (n - x)"),
        ("return x * n", "return (x)"),
        ("return x @ n", "return (n @ x)"),
        ("return x < n", "return (x <= n)"),
        ("return x < n", "return (x > n)"),
        ("return x == n", "return (x != n)"),
        ("return x and n", "return (x or n)"),
        ("return not x", "return (x)"),
        ("return -x", "return (x)"),
        ("return g(x, axis=1)", "return g(x, axis=2)"),
        ("return g(x, axis=1)", "return g(x, axis=(0))"),
        ("return g(x, axis=1)", "return g(x)"),
        ("return 0.5", "return 1.0"),
        ("return True", "return False"),
        ("return g(x, n)", "return g(n, x)"),
        ("return np.exp(x)", "return (x)"),
        ("return x.copy()", "return x"),
        ("return x.T", "return x"),
        ("return list(range(n))", "return list(range(n - 1))"),
        ("x += n", "x -= n"),
        ("x += n", "x = n"),
        ("x += n", "pass"),
        ("return x if n else 3", "return (x)"),
        ('return {"a", "b"}', "return {'a'}"),
        ("return x", "return None"),
    ],
)
def test_an_operator_makes_its_mistake(body: str, mistake: str) -> None:
    assert mistake in lines(body)


def test_what_changes_nothing_is_no_mutant() -> None:
    assert lines("return None") == lines("return") == set()
    assert lines("return float(x)") == {"return None"}  # a conversion that is left out is no mistake


def test_only_solution_regions_change_and_every_mutant_is_another_python_program() -> None:
    source = "LIMIT = 3 + 4\n" + answer("y = x * 2\n    return y[n - 1:, None] + LIMIT")
    found = list(mutants("f", source))
    assert len(found) > 10
    assert len({mutant.source for mutant in found}) == len(found)
    for mutant in found:
        ast.parse(mutant.source)
        assert mutant.source.startswith("LIMIT = 3 + 4\n")
        assert '"""Two lines: 1 + 1."""' in mutant.source
        assert mutant.was in source
        assert mutant.diff(source).count("\n-") + mutant.diff(source).startswith("-") >= 1


def test_positions_are_right_behind_letters_that_take_two_bytes() -> None:
    found = {mutant.becomes for mutant in mutants("f", answer('s = "αβγ"; y = x + n'))}
    assert 's = "αβγ"; y = (x - n)' in found


def equivalents(course: Course) -> Path:
    return course.assignment(NAME).folder / EQUIVALENT_MUTANTS


def test_survivors_are_listed_and_those_that_are_no_mistakes_are_not_counted(course: Course, pool: Pool) -> None:
    score = mutation_score(course.assignment(NAME), course.assignment(NAME).load(), pool)
    assert score.killed > 0
    assert score.value == score.killed / (score.killed + len(score.survivors))
    assert score.equivalent == 0


def test_an_entry_without_a_reason_or_without_a_mutant_is_noticed(course: Course, pool: Pool) -> None:
    path = equivalents(course)
    path.write_text('[[mutant]]\nanswer = "f"\nwas = "a"\nbecomes = "b"\nreason = " "\n', encoding="utf-8")
    with pytest.raises(AssignmentError, match="has no reason"):
        mutation_score(course.assignment(NAME), course.assignment(NAME).load(), pool)
    path.write_text('[[mutant]]\nanswer = "f"\nwas = "a"\n', encoding="utf-8")
    with pytest.raises(AssignmentError, match="becomes"):
        mutation_score(course.assignment(NAME), course.assignment(NAME).load(), pool)
    path.write_text('[[mutant]]\nanswer = "f"\nwas = "a"\nbecomes = "b"\nreason = "the same"\n', encoding="utf-8")
    assert mutation_score(course.assignment(NAME), course.assignment(NAME).load(), pool).unused == ("f: b",)


def test_the_mutants_can_be_graded_alone(course: Course, pool: Pool) -> None:
    proof = prove_mutants(course.assignment(NAME), pool)
    assert [finding.claim for finding in proof.findings] == ["hidden tests catch 95% of the mutants"]
    assert ": " in proof.findings[0].evidence
