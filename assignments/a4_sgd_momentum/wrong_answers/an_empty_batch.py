# %% [markdown] fails=["test_minibatches::test_sizes"]
# Always one batch more: it is empty when B divides N.

# %% answer="minibatches"
def minibatches(N, B, rng):
    order = rng.permutation(N)
    return [order[k * B : (k + 1) * B] for k in range(N // B + 1)]
