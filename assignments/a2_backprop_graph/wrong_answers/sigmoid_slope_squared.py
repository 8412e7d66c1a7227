# %% [markdown] fails=["test_layers::test_sigmoid_far_out"]
# The derivative by the quotient rule, exp(-x) / (1 + exp(-x))²: forward is stable, backward is not.

# %% answer="sigmoid_gate"
def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1 + e)


def sigmoid_backward(dout, x):
    return dout * np.exp(-x) / (1 + np.exp(-x)) ** 2
