# %% [markdown] fails=["test_shape_gates::test_bias_passes_on_to_Z"]
# Gives Z and b half of what arrives each.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.full(np.shape(a), dout)


def bias_backward(dout, Z, b):
    return dout / 2, np.sum(dout, axis=0) / 2
