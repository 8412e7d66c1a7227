# %% [markdown] fails=["test_minibatches::test_examples_change_company"]
# Cuts first and shuffles inside of each batch: the same examples always meet.

# %% answer="minibatches"
def minibatches(N, B, rng):
    return [rng.permutation(np.arange(start, min(start + B, N))) for start in range(0, N, B)]
