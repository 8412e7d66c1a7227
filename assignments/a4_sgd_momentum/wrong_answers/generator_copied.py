# %% [markdown] fails=["test_minibatches::test_a_new_order_each_epoch"]
# Shuffles with a copy of the generator, which itself never moves on.

# %% answer="minibatches"
def minibatches(N, B, rng):
    from copy import deepcopy

    order = deepcopy(rng).permutation(N)
    return [order[start : start + B] for start in range(0, N, B)]
