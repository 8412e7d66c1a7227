# %% [markdown] fails=["test_layers::test_nobodys_array_is_changed"]
# Sets entries of the gradient that arrives to zero; it belongs to somebody else.

# %% answer="relu_gate"
def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(cache, dout):
    dout[cache <= 0] = 0
    return dout
