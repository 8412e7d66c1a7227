# %% [markdown] fails=["test_layers::test_linear_shapes", "test_layers::test_linear_gradients"]
# Returns (dW, dX), although the inputs come as X, W.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    return dout.T @ X, dout @ W
