# %% [markdown] fails=["test_minibatches::test_examples_change_company", "test_minibatches::test_a_new_order_each_epoch", "test_minibatches::test_order_comes_from_rng"]
# Cuts the indices in their own order.

# %% answer="minibatches"
def minibatches(N, B, rng):
    return [np.arange(start, min(start + B, N)) for start in range(0, N, B)]
