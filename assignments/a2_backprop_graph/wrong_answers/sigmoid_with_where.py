# %% [markdown] fails=["test_layers::test_sigmoid_far_out"]
# np.where chooses between the two formulas, after it has computed both everywhere.

# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    s = np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))
    return s, s


def sigmoid_backward(cache, dout):
    return dout * cache * (1 - cache)
