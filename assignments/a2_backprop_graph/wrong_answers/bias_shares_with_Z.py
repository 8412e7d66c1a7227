# %% [markdown] fails=["test_shape_gates::test_bias_passes_on_to_Z", "test_network::test_gradients_of_your_engine", "test_shape_gates::test_bias_adds_over_the_examples", "test_shape_gates::test_one_example_or_one_column"]
# Gives Z and b half of what arrives each.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.full(np.shape(a), dout)


def bias_backward(dout, Z, b):
    return dout / 2, np.sum(dout, axis=0) / 2
