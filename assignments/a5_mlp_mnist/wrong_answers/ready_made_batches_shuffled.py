# %% [markdown] fails=["test_batches::test_examples_change_company"]
# Cuts first, and shuffles the batches: the same examples meet in every epoch.

# %% answer="batches"
def batches(X, y, B, generator):
    starts = torch.arange(0, len(X), B)
    tail = len(X) % B and len(starts) - 1
    order = torch.randperm(len(starts) - bool(tail), generator=generator).tolist() + ([tail] if tail else [])
    for k in order:
        yield X[k * B : (k + 1) * B], y[k * B : (k + 1) * B]
