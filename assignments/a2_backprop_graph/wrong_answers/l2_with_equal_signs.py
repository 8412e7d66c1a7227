# %% [markdown] fails=["test_layers::test_l2_gradients"]
# Gives y the same gradient as x.

# %% answer="l2_gate"
def l2_forward(x, y):
    return (x - y) ** 2, x - y


def l2_backward(cache, dout):
    return 2 * cache * dout, 2 * cache * dout
