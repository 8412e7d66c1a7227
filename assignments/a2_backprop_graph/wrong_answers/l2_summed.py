# %% [markdown] fails=["test_layers::test_forward_values", "test_layers::test_nobodys_array_is_changed"]
# Sums the squares, although the gate works entry by entry.

# %% answer="l2_gate"
def l2_forward(x, y):
    return np.sum((x - y) ** 2), x - y


def l2_backward(cache, dout):
    return 2 * cache * dout, -2 * cache * dout
