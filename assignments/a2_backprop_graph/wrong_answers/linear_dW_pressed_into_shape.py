# %% [markdown] fails=["test_layers::test_linear_gradients", "test_network::test_gradients_of_your_engine"]
# X transposed times dout, pressed into the shape of W.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    return dout @ W, (X.T @ dout).reshape(W.shape)
