# %% [markdown] fails=["test_layers::test_sigmoid_values", "test_layers::test_sigmoid_far_out"]
# Takes the hyperbolic tangent, which looks alike; the slope is that of the sigmoid.

# %% answer="sigmoid_gate"
def sigmoid(x):
    return np.tanh(x)


def sigmoid_backward(dout, x):
    s = 0.5 + 0.5 * np.tanh(x / 2)
    return dout * s * (1 - s)
