# %% [markdown] fails=["test_layers::test_linear_shapes", "test_layers::test_linear_gradients", "test_layers::test_nobodys_array_is_changed", "test_network::test_gradients_of_your_engine"]
# Returns (dW, dX), although the inputs come as X, W.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    return dout.T @ X, dout @ W
