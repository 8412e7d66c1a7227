# %% [markdown] fails=["test_layers::test_sigmoid_far_out"]
# exp(x) / (1 + exp(x)): inf/inf is nan.

# %% answer="sigmoid_gate"
def sigmoid(x):
    return np.exp(x) / (1 + np.exp(x))


def sigmoid_backward(dout, x):
    s = sigmoid(x)
    return dout * s * (1 - s)
