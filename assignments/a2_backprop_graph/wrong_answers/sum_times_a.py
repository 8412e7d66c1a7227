# %% [markdown] fails=["test_shape_gates::test_sum_copies", "test_network::test_gradients_of_your_engine"]
# Multiplies what arrives by the entries, as if they were factors.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return dout * a


def bias_backward(dout, Z, b):
    return dout, np.sum(dout, axis=0)
