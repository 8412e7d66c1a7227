# %% [markdown] fails=["test_layers::test_nobodys_array_is_changed"]
# Sets the negative entries of the caller's array to zero.

# %% answer="relu_gate"
def relu_backward(dout, x):
    x[x < 0] = 0
    return dout * (x > 0)
