# %% [markdown] fails=["test_minibatches::test_examples_change_company", "test_minibatches::test_sizes"]
# Shuffles ready-made batches, the tail among them.

# %% answer="minibatches"
def minibatches(N, B, rng):
    ready = [np.arange(start, min(start + B, N)) for start in range(0, N, B)]
    return [ready[k] for k in rng.permutation(len(ready))]
