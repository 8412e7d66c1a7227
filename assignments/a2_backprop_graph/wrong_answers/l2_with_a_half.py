# %% [markdown] fails=["test_layers::test_forward_values", "test_layers::test_l2_gradients"]
# Half the square, so that the 2 cancels.

# %% answer="l2_gate"
def l2_forward(x, y):
    return (x - y) ** 2 / 2, x - y


def l2_backward(cache, dout):
    return cache * dout, -cache * dout
