# %% [markdown] fails=["test_layers::test_nobodys_array_is_changed"]
# Sets entries of the gradient that arrives to zero; it belongs to somebody else.

# %% answer="relu_gate"
def relu_backward(dout, x):
    dout[x <= 0] = 0
    return dout
