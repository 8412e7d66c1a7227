# %% [markdown] fails=["test_minibatches::test_every_index_once", "test_minibatches::test_sizes", "test_minibatches::test_examples_change_company", "test_minibatches::test_a_new_order_each_epoch", "test_minibatches::test_order_comes_from_rng"]
# A generator where a list was asked for: it can be used once, and has no length.

# %% answer="minibatches"
def minibatches(N, B, rng):
    order = rng.permutation(N)
    for start in range(0, N, B):
        yield order[start : start + B]
