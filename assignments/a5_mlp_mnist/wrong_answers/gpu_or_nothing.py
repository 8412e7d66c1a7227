# %% [markdown] fails=["test_seconds_per_epoch::test_the_median", "test_seconds_per_epoch::test_the_warm_up", "test_seconds_per_epoch::test_repeats", "test_seconds_per_epoch::test_waiting_counts"]
# Synchronises a GPU, whether there is one or not.

# %% answer="seconds_per_epoch"
def seconds_per_epoch(epoch, device, repeats=3):
    def clock():
        torch.cuda.synchronize()
        return time.perf_counter()

    epoch()
    times = []
    for _ in range(repeats):
        start = clock()
        epoch()
        times.append(clock() - start)
    return statistics.median(times)
