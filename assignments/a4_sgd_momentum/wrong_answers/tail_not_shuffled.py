# %% [markdown] fails=["test_minibatches::test_examples_change_company"]
# Shuffles only what fills whole batches: the last examples of the data always make up the tail.

# %% answer="minibatches"
def minibatches(N, B, rng):
    full = N // B * B
    batches = list(rng.permutation(full).reshape(-1, B))
    return batches + ([np.arange(full, N)] if full < N else [])
