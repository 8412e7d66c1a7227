# %% [markdown] fails=["test_minibatches::test_order_comes_from_rng"]
# Asks np.random instead of the generator: no run can be repeated.

# %% answer="minibatches"
def minibatches(N, B, rng):
    order = np.random.permutation(N)
    return [order[start : start + B] for start in range(0, N, B)]
