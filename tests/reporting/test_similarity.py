"""Answers alike are found whatever they are called; what many wrote, and what the release has, is none."""

from autograder.reporting.page.similarity import alike

STUB = "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError\n"
LOOP = """def f(x):
    total = 0
    for index in range(len(x)):
        square = x[index] * x[index]
        total = total + square / (1 + abs(index))
        if total > 1e6 and index > 2:
            break
    return total
"""
RENAMED = """def f(x):
    # my own work
    s = 0

    for i in range(len(x)):
        q = x[i] * x[i]
        s = s + q / (1 + abs(i))
        if s > 1e6 and i > 2:  # enough
            break
    return s
"""
OTHER = """def f(x):
    weights = 1 / (1 + np.arange(x.size))
    return float(np.sum(weights * np.square(np.asarray(x, dtype=float).ravel())))
"""


def test_a_renamed_copy_is_found_and_an_answer_of_ones_own_is_not() -> None:
    (pair,) = alike({"ada": {"f": LOOP}, "bob": {"f": RENAMED}, "cyd": {"f": OTHER}}, {"f": STUB})
    assert pair.students == ("ada", "bob")
    assert pair.answer == "f"
    assert pair.similarity > 95
    assert pair.sources == (LOOP, RENAMED)


def test_what_many_students_write_is_common() -> None:
    assert alike({f"s{number}": {"f": LOOP} for number in range(5)}, {"f": STUB}) == []
    assert len(alike({f"s{number}": {"f": LOOP} for number in range(4)}, {"f": STUB})) == 6


def test_the_code_of_the_release_is_not_compared() -> None:
    own = {"ada": {"f": LOOP + "a = 1\n"}, "bob": {"f": LOOP + "b = 2\n"}}
    assert alike(own, {"f": LOOP}) == []


def test_short_answers_are_alike_by_nature() -> None:
    short = "def f(x):\n    return x * x\n"
    assert alike({"ada": {"f": short}, "bob": {"f": short}}, {"f": STUB}) == []


def test_long_hostile_answers_are_cut() -> None:
    long = "x = (1 + 2)\n" * 100_000
    (pair,) = alike({"ada": {"f": long}, "bob": {"f": long}}, {"f": STUB})
    assert pair.similarity == 100
