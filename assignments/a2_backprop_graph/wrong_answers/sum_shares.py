# %% [markdown] fails=["test_gates::test_sum_copies"]
# Divides what arrives among the entries, as a mean would.

# %% answer="sum_gate"
def sum_forward(a):
    return np.sum(a), np.shape(a)


def sum_backward(cache, dout):
    return np.full(cache, dout / np.prod(cache))
