# %% [markdown] fails=["test_layers::test_sigmoid_gradient", "test_layers::test_sigmoid_far_out"]
# x (1 - x) instead of s (1 - s): the cache holds the input.

# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1 + e), x


def sigmoid_backward(cache, dout):
    return dout * cache * (1 - cache)
