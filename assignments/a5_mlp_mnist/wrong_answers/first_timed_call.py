# %% [markdown] fails=["test_seconds_per_epoch::test_the_median"]
# Returns the time of the first call after the warm-up and ignores the others.

# %% answer="seconds_per_epoch"
def seconds_per_epoch(epoch, device, repeats=3):
    times = []
    for _ in range(1 + repeats):
        start = time.perf_counter()
        epoch()
        times.append(time.perf_counter() - start)
    return times[1]
