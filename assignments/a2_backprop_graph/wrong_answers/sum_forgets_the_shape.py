# %% [markdown] fails=["test_gates::test_sum_copies"]
# Remembers how many entries there were, but not how they stood.

# %% answer="sum_gate"
def sum_forward(a):
    return np.sum(a), np.size(a)


def sum_backward(cache, dout):
    return np.ones(cache) * dout
