# %% [markdown] fails=["test_layers::test_sigmoid_far_out"]
# 1 / (1 + exp(-x)) as it stands: exp(1000) overflows.

# %% answer="sigmoid_gate"
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_backward(dout, x):
    s = sigmoid(x)
    return dout * s * (1 - s)
