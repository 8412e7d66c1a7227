# %% [markdown] fails=["test_layers::test_relu_gradient", "test_layers::test_relu_at_the_kink"]
# Multiplies by the output instead of by the slope.

# %% answer="relu_gate"
def relu_forward(x):
    out = np.maximum(x, 0)
    return out, out


def relu_backward(cache, dout):
    return dout * cache
