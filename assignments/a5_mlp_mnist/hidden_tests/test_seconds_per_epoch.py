"""Timing: the epochs are functions of this test that sleep, and know how long they really took.

No machine is too busy for these tests. What the student measured for a call lies between the time that the call took
here and the time from the end of the call before to the beginning of the call after; so does every median.
"""

import time

import pytest
from autograder import as_float, fail, imported


class Epoch:
    """An epoch that sleeps as long as the list says, and notes when each call began and ended."""

    def __init__(self, naps):
        self.naps, self.began, self.ended = naps, [], []

    def __call__(self):
        self.began.append(time.perf_counter())
        # A call too many is counted, and need not be slow.
        time.sleep(self.naps[len(self.ended)] if len(self.ended) < len(self.naps) else 0.0)
        self.ended.append(time.perf_counter())


def timed(student, naps, *args):
    """Seconds per epoch as the student measured them, after the number of calls has been checked; and the log."""
    epoch = Epoch(naps)
    asked = time.perf_counter()
    seconds = as_float(student.seconds_per_epoch(epoch, "cpu", *args))
    answered = time.perf_counter()
    if len(epoch.began) != len(naps):
        fail(f"epoch was called {len(epoch.began)} times; one warm-up and {len(naps) - 1} timed calls make {len(naps)}")
    inside = [end - begin for begin, end in zip(epoch.began, epoch.ended, strict=True)]
    around = [begin - end for begin, end in zip([*epoch.began[1:], answered], [asked, *epoch.ended[:-1]], strict=True)]
    return seconds, inside, around


def middle(times):
    """The median of an odd number of times, without the first, which is the warm-up."""
    ordered = sorted(times[1:])
    return ordered[len(ordered) // 2]


def assert_median(student, naps, *args):
    """The measured seconds are the median of the calls after the first."""
    seconds, inside, around = timed(student, naps, *args)
    # Two clocks of one machine agree to far better than a millisecond.
    if seconds < middle(inside) - 1e-3:
        fail(
            "an epoch takes longer than you measured", "Is it the median? Does your clock go on while nobody computes?"
        )
    if seconds > middle(around) + 1e-3:
        fail("an epoch takes less time than you measured", "Is it the median, without the warm-up, per call?")


def assert_about(student, naps, *args):
    """The measured seconds lie between the fastest and the slowest call after the first: any kind of middle does."""
    seconds, inside, around = timed(student, naps, *args)
    if seconds < min(inside[1:]) - 1e-3:
        fail("an epoch takes longer than you measured", "Is it the time of one whole call?")
    if seconds > max(around[1:]) + 1e-3:
        fail("an epoch takes less time than you measured", "Is it the time of one call, without the warm-up?")


@pytest.mark.weight(2)
@pytest.mark.parametrize(
    "naps", [[0.0, 0.025, 0.09, 0.003], [0.06, 0.003, 0.09, 0.025]], ids=["comes_first", "comes_last"]
)
def test_the_median(student, naps):
    """The result is the median of the timed calls: neither the mean nor the fastest, the slowest or the last.

    Sort the times, and take the one in the middle. One hiccup of the machine should not count.
    """
    assert_median(student, naps)


@pytest.mark.weight(2)
def test_the_warm_up(student):
    """The first call is a warm-up: it is made, and its time does not count.

    Memory is reserved and kernels are loaded in the first epoch, and not again.
    """
    assert_about(student, [0.09, 0.015], 1)


@pytest.mark.presupposes("test_the_warm_up")
@pytest.mark.parametrize(
    ("naps", "repeats"),
    [([0.0, 0.015], (1,)), ([0.0, *[0.01] * 5], (5,)), ([0.0, *[0.01] * 3], ())],
    ids=["one", "five", "when_nothing_is_said"],
)
def test_repeats(student, naps, repeats):
    """epoch is called 1 + repeats times, 4 times by default, and the time is that of one call.

    One call before the loop, and one in each round.
    """
    assert_about(student, naps, *repeats)


@pytest.mark.presupposes("test_the_warm_up")
def test_waiting_counts(student):
    """An epoch that only waits takes as long as it waits.

    time.perf_counter() goes on while others work; time.process_time() counts the work of this process alone.
    """
    seconds, inside, _ = timed(student, [0.0, 0.02], 1)
    if seconds < middle(inside) - 1e-3:
        fail("an epoch that waits takes longer than you measured")


@pytest.mark.cuda(twin="test_the_median")
def test_waits_for_the_gpu(student):
    """The clock is read only when the GPU has finished what it was asked to do.

    A kernel launch returns at once: call torch.cuda.synchronize() before each look at the clock.
    """
    seconds = as_float(student.seconds_per_epoch(imported(student, "probes").queued("cuda"), "cuda"))
    # 20 products of 4096 x 4096 are 2.7e12 operations; launching them takes about 0.2 ms, and no GPU does 5e14 per second.
    if seconds < 0.005:
        fail("you measured how long it takes to ask the GPU, not how long the GPU takes to answer")
