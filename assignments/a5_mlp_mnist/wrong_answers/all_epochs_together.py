# %% [markdown] fails=["test_seconds_per_epoch::test_the_median", "test_seconds_per_epoch::test_repeats"]
# Starts the clock once.

# %% answer="seconds_per_epoch"
def seconds_per_epoch(epoch, device, repeats=3):
    def clock():
        if torch.device(device).type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    epoch()
    times = []
    start = clock()
    for _ in range(repeats):
        epoch()
        times.append(clock() - start)
    return statistics.median(times)
