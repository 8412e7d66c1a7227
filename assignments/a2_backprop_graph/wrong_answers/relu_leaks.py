# %% [markdown] fails=["test_layers::test_forward_values", "test_layers::test_relu_gradient"]
# A leaky ReLU: a little comes through where x is negative.

# %% answer="relu_gate"
def relu_forward(x):
    return np.where(x > 0, x, 0.01 * x), x


def relu_backward(cache, dout):
    return np.where(cache > 0, dout, 0.01 * dout)
