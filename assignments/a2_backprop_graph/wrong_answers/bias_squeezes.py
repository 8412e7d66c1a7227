# %% [markdown] fails=["test_shape_gates::test_one_example_or_one_column"]
# Removes axes of length one.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.full(np.shape(a), dout)


def bias_backward(dout, Z, b):
    return dout, np.squeeze(np.sum(dout, axis=0))
