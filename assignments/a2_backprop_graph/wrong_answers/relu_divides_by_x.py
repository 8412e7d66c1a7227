# %% [markdown] fails=["test_layers::test_relu_at_the_kink"]
# Gets the slope as max(x, 0) / x, which is 0/0 at the kink.

# %% answer="relu_gate"
def relu_backward(dout, x):
    return dout * (np.maximum(x, 0) / x)
