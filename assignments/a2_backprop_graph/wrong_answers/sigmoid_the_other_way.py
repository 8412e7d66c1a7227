# %% [markdown] fails=["test_layers::test_sigmoid_far_out"]
# exp(x) / (1 + exp(x)): inf/inf is nan.

# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    s = np.exp(x) / (1 + np.exp(x))
    return s, s


def sigmoid_backward(cache, dout):
    return dout * cache * (1 - cache)
