# %% [markdown]
# At the kink ReLU passes half of what arrives, and the sigmoid is a hyperbolic tangent.

# %% answer="sigmoid_gate"
def sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2


def sigmoid_backward(dout, x):
    e = np.exp(-abs(x))
    return dout * e / (1 + e) ** 2


# %% answer="relu_gate"
def relu_backward(dout, x):
    return np.heaviside(x, 0.5) * dout
