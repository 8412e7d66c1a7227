# %% [markdown] fails=["test_minibatches::test_every_index_once"]
# Draws each batch anew from all examples.

# %% answer="minibatches"
def minibatches(N, B, rng):
    sizes = [min(B, N - start) for start in range(0, N, B)]
    return [rng.choice(N, size, replace=False) for size in sizes]
