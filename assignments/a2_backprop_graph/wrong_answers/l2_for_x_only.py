# %% [markdown] fails=["test_layers::test_l2_gradients", "test_layers::test_nobodys_array_is_changed"]
# Treats y as data that needs no gradient.

# %% answer="l2_gate"
def l2_forward(x, y):
    return (x - y) ** 2, x - y


def l2_backward(cache, dout):
    return 2 * cache * dout
