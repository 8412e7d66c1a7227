# %% [markdown] fails=["test_minibatches::test_every_index_once"]
# Indices from 1 to N, as on the slides: example 0 is never seen, and N does not exist.

# %% answer="minibatches"
def minibatches(N, B, rng):
    order = rng.permutation(np.arange(1, N + 1))
    return [order[start : start + B] for start in range(0, N, B)]
