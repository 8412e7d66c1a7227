# %% [markdown] fails=["test_seconds_per_epoch::test_the_median", "test_seconds_per_epoch::test_the_warm_up", "test_seconds_per_epoch::test_repeats", "test_seconds_per_epoch::test_waiting_counts"]
# Leaves out one of the times: the last.

# %% answer="seconds_per_epoch"
def seconds_per_epoch(epoch, device, repeats=3):
    def clock():
        if torch.device(device).type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    times = []
    for _ in range(repeats + 1):
        start = clock()
        epoch()
        times.append(clock() - start)
    return statistics.median(times[:-1])
