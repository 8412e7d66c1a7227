# %% [markdown] fails=["test_layers::test_sigmoid_far_out"]
# np.where chooses between the two formulas, after it has computed both everywhere.

# %% answer="sigmoid_gate"
def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


def sigmoid_backward(dout, x):
    s = sigmoid(x)
    return dout * s * (1 - s)
