# %% [markdown] fails=["test_layers::test_nobodys_array_is_changed"]
# Sets the negative entries of the caller's array to zero.

# %% answer="relu_gate"
def relu_forward(x):
    x[x < 0] = 0
    return x, x > 0


def relu_backward(cache, dout):
    return dout * cache
