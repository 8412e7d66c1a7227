# %% [markdown] fails=["test_gates::test_forward_values"]
# Python's sum adds up the rows of a matrix: an array comes out.

# %% answer="sum_gate"
def sum_forward(a):
    return sum(a), np.shape(a)


def sum_backward(cache, dout):
    return np.ones(cache) * dout
