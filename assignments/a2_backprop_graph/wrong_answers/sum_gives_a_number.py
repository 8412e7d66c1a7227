# %% [markdown] fails=["test_shape_gates::test_sum_copies"]
# Hands back the number that arrived and leaves the copying to broadcasting.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return dout


def bias_backward(dout, Z, b):
    return dout, np.sum(dout, axis=0)
