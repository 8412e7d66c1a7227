# %% [markdown] fails=["test_layers::test_relu_gradient"]
# Applies ReLU to the gradient: what counts is its sign, and x is forgotten.

# %% answer="relu_gate"
def relu_forward(x):
    return np.maximum(x, 0), None


def relu_backward(cache, dout):
    return np.maximum(dout, 0)
