# %% [markdown] fails=["test_layers::test_sigmoid_far_out"]
# The derivative by the quotient rule, exp(-x) / (1 + exp(-x))²: forward is stable, backward is not.

# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1 + e), x


def sigmoid_backward(cache, dout):
    return dout * np.exp(-cache) / (1 + np.exp(-cache)) ** 2
