# %% [markdown] fails=["test_minibatches::test_examples_change_company", "test_minibatches::test_a_new_order_each_epoch", "test_minibatches::test_order_comes_from_rng"]
# Seeds a generator of its own: every epoch of everybody is the same.

# %% answer="minibatches"
def minibatches(N, B, rng):
    order = np.random.default_rng(42).permutation(N)
    return [order[start : start + B] for start in range(0, N, B)]
