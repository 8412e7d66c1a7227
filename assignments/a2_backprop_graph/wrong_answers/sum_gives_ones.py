# %% [markdown] fails=["test_shape_gates::test_sum_copies", "test_network::test_gradients_of_your_engine"]
# Returns the local derivatives and forgets what arrives.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.ones(np.shape(a))


def bias_backward(dout, Z, b):
    return dout, np.sum(dout, axis=0)
