# %% [markdown] fails=["test_shape_gates::test_sum_copies", "test_network::test_gradients_of_your_engine"]
# Divides what arrives among the entries, as a mean would.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.full(np.shape(a), dout / np.size(a))


def bias_backward(dout, Z, b):
    return dout, np.sum(dout, axis=0)
