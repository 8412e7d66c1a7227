# %% [markdown] fails=["test_layers::test_sigmoid_far_out"]
# 1 / (1 + exp(-x)) as it stands: exp(1000) overflows.

# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    s = 1 / (1 + np.exp(-x))
    return s, s


def sigmoid_backward(cache, dout):
    return dout * cache * (1 - cache)
