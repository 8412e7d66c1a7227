# %% [markdown] fails=["test_seconds_per_epoch::test_the_median"]
# One hiccup spoils the mean.

# %% answer="seconds_per_epoch"
def seconds_per_epoch(epoch, device, repeats=3):
    def clock():
        if torch.device(device).type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    epoch()
    times = []
    for _ in range(repeats):
        start = clock()
        epoch()
        times.append(clock() - start)
    return statistics.mean(times)
