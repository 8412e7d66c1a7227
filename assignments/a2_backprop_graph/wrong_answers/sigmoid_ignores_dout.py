# %% [markdown] fails=["test_layers::test_sigmoid_gradient", "test_layers::test_sigmoid_far_out"]
# Returns the local derivative.

# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1.0, e) / (1 + e)
    return s, s


def sigmoid_backward(cache, dout):
    return cache * (1 - cache)
