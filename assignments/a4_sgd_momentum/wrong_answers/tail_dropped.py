# %% [markdown] fails=["test_minibatches::test_every_index_once", "test_minibatches::test_sizes"]
# Only full batches: the rest of the epoch is thrown away.

# %% answer="minibatches"
def minibatches(N, B, rng):
    order = rng.permutation(N)
    return [order[k * B : (k + 1) * B] for k in range(N // B)]
