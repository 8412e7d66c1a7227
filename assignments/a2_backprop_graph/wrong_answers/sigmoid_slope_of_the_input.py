# %% [markdown] fails=["test_layers::test_sigmoid_gradient", "test_layers::test_sigmoid_far_out", "test_network::test_gradients_of_your_engine"]
# x (1 - x) instead of s (1 - s): takes the input for the output.

# %% answer="sigmoid_gate"
def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1 + e)


def sigmoid_backward(dout, x):
    return dout * x * (1 - x)
