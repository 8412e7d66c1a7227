# %% [markdown] fails=["test_layers::test_nobodys_array_is_changed"]
# Stores dX in the array of X.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    dW = dout.T @ X
    X[:] = dout @ W
    return X, dW
