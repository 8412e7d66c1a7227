"""The accuracy ladder of a5_mlp_mnist: shares, badges, flags and the control, with students whose accuracy is known."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from course_fixtures import ROOT

from autograder.course.data import Data
from autograder.results.model import Verdict
from autograder.sandbox.host.zygote import Peer, Reply
from autograder.testing.process import StudentProcess
from autograder.testing.suite import Suite

HIDDEN_TESTS = ROOT / "assignments" / "a5_mlp_mnist" / "hidden_tests"
TRUTH = np.random.default_rng(0).integers(10, size=10_000)


@pytest.fixture(scope="module")
def suite() -> Iterator[Suite]:
    given = {name: np.zeros(0) for name in ("train_images", "train_labels", "test_images")}
    with Suite(HIDDEN_TESTS, data=Data("MNIST", "made up", public=given, private={"test_labels": TRUTH})) as opened:
        yield opened


class Reader(Peer):
    """A student whose networks read a given share of the test images, and another one after shuffled labels."""

    def __init__(self, accuracies: list[float], *, guesses: tuple[float, ...] = (0.1,)) -> None:
        self.gone = None
        self.accuracies, self.guesses, self.trained, self.controlled = accuracies, guesses, 0, 0
        self.seeds: list[int] = []
        self.most = 0

    def call(
        self,
        name: str,
        args: Any,
        kwargs: Any,
        *,
        seconds: float,
        observe: bool = False,
        collect: bool = False,
    ) -> Reply:
        assert seconds == 60
        return Reply(self.fit(*args) if name == "fit" else self.predict(*args))

    def fit(self, images: Any, labels: Any, seed: int, device: str) -> float:
        self.most = max(self.most, *images.index, *labels.index)
        if not np.array_equal(images.index, labels.index):
            self.controlled += 1
            return self.guesses[(self.controlled - 1) % len(self.guesses)]
        self.seeds.append(seed)
        assert device == "cpu"
        self.trained += 1
        return self.accuracies[(self.trained - 1) % len(self.accuracies)]

    def predict(self, accuracy: float, images: Any) -> np.ndarray[Any, Any]:
        found: np.ndarray[Any, Any] = TRUTH[images.index].copy()
        wrong = round((1 - accuracy) * len(found))
        found[:wrong] = (found[:wrong] + 1) % 10
        return found


def climb(suite: Suite, reader: Reader) -> Verdict:
    process = StudentProcess(lambda: reader, seconds=2.0, locate=lambda number, line: "")
    (verdict,) = suite.run("test_fit", process)
    return verdict


@pytest.mark.parametrize(
    ("accuracies", "earned"),
    [
        ([0.9649], 0.0),
        ([0.965], 0.4),
        ([0.9725], 0.7),
        ([0.98], 1.0),
        ([0.99], 1.0),
        ([0.95, 0.96, 0.985], 0.4),  # the mean of three counts
    ],
)
def test_points_rise_in_a_straight_line(suite: Suite, accuracies: list[float], earned: float) -> None:
    verdict = climb(suite, Reader(accuracies))
    assert verdict.earned == pytest.approx(earned)
    assert (verdict.status == "passed") is (earned == 1.0)


def test_three_fresh_seeds_are_used_and_the_same_ones_every_time(suite: Suite) -> None:
    first, second = Reader([0.98]), Reader([0.98])
    climb(suite, first)
    climb(suite, second)
    assert first.seeds == second.seeds
    assert len(set(first.seeds)) == 3


def test_badges_are_words_and_no_points(suite: Suite) -> None:
    assert [note for note in climb(suite, Reader([0.985])).notes if "Badge" in note] == []
    assert [note for note in climb(suite, Reader([0.987])).notes if "Badge" in note] == ["Badge: 98.60 % and above."]
    assert len([note for note in climb(suite, Reader([0.993])).notes if "Badge" in note]) == 2


def test_the_mean_is_said_and_named_after_the_data(suite: Suite) -> None:
    assert climb(suite, Reader([0.98, 0.981, 0.982])).notes == (
        "MNIST, three seeds: 98.00 %, 98.10 %, 98.20 %, mean 98.10 %",
    )


def test_exactly_everything_is_flagged_and_costs_nothing(suite: Suite) -> None:
    perfect = climb(suite, Reader([1.0]))
    assert perfect.status == "passed"
    assert "all test images are read right, with each of three seeds" in perfect.flags[-1]
    assert climb(suite, Reader([0.9999, 0.9998])).flags == ()


def test_who_reads_after_training_on_shuffled_labels_earns_nothing_and_is_flagged(suite: Suite) -> None:
    verdict = climb(suite, Reader([0.985], guesses=(0.985,)))
    assert (verdict.status, verdict.earned) == ("failed", 0.0)
    assert "has seen the labels" in verdict.hint
    assert len(verdict.flags) == 1


def test_three_networks_that_are_wrong_about_the_same_images_are_flagged(suite: Suite) -> None:
    class Memory(Reader):
        """Carries the answers along, some of them wrong: always the same ones."""

        def predict(self, accuracy: float, images: Any) -> np.ndarray[Any, Any]:
            known = TRUTH.copy()
            known[: round((1 - accuracy) * len(known))] += 1
            found: np.ndarray[Any, Any] = known[images.index] % 10
            return found

    verdict = climb(suite, Memory([0.985]))
    assert verdict.status == "passed"
    assert verdict.flags == ("three networks from three seeds are wrong about exactly the same test images",)
    assert climb(suite, Reader([0.985])).flags == ()


@pytest.mark.parametrize(
    ("guesses", "passes"), [((0.29,), True), ((0.35, 0.1), True), ((0.1, 0.35), True), ((0.35,), False)]
)
def test_the_control_is_lost_by_reading_more_than_thirty_percent_twice(
    suite: Suite, guesses: tuple[float, ...], passes: bool
) -> None:
    verdict = climb(suite, Reader([0.985], guesses=guesses))
    assert (verdict.status == "passed") is passes
    assert len(verdict.flags) == (not passes)


def test_labels_of_another_type_are_not_read(suite: Suite) -> None:
    class Small(Reader):
        """Predicts int32."""

        def predict(self, accuracy: float, images: Any) -> np.ndarray[Any, Any]:
            return super().predict(accuracy, images).astype(np.int32)

    verdict = climb(suite, Small([0.985]))
    assert (verdict.status, verdict.earned) == ("failed", 0.0)
    assert "argmax gives int64" in verdict.hint


@pytest.mark.parametrize(("accuracy", "earned"), [(0.96, 0.0), (0.975, 0.7), (0.985, 1.0)])
def test_the_digits_have_a_ladder_of_their_own(accuracy: float, earned: float) -> None:
    given = {name: np.zeros(0) for name in ("train_images", "train_labels", "test_images")}
    labels = {"test_labels": TRUTH[:1000]}
    reader = Reader([accuracy])
    with Suite(HIDDEN_TESTS, data=Data("digits", "made up", public=given, private=labels)) as opened:
        assert climb(opened, reader).earned == pytest.approx(earned)
    assert reader.most < 1_437
