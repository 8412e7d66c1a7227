# %% [markdown]
# At the kink ReLU passes half of what arrives, and the sigmoid is a hyperbolic tangent.

# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    return (1 + np.tanh(x / 2)) / 2, x


def sigmoid_backward(cache, dout):
    e = np.exp(-abs(cache))
    return dout * e / (1 + e) ** 2


# %% answer="relu_gate"
def relu_forward(x):
    return (x + abs(x)) / 2, np.heaviside(x, 0.5)


def relu_backward(cache, dout):
    return cache * dout
