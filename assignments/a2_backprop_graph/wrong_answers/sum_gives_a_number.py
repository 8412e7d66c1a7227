# %% [markdown] fails=["test_gates::test_sum_copies"]
# Hands back the number that arrived and leaves the copying to broadcasting.

# %% answer="sum_gate"
def sum_forward(a):
    return np.sum(a), None


def sum_backward(cache, dout):
    return dout
