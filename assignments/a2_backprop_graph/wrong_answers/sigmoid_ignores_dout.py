# %% [markdown] fails=["test_layers::test_sigmoid_gradient", "test_layers::test_sigmoid_far_out", "test_network::test_gradients_of_your_engine"]
# Returns the local derivative.

# %% answer="sigmoid_gate"
def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1 + e)


def sigmoid_backward(dout, x):
    s = sigmoid(x)
    return s * (1 - s)
