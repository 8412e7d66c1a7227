# %% [markdown] fails=["test_shape_gates::test_sum_copies", "test_network::test_gradients_of_your_engine"]
# Makes as many copies as there are entries, but not in the shape of a.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.ones(np.size(a)) * dout


def bias_backward(dout, Z, b):
    return dout, np.sum(dout, axis=0)
