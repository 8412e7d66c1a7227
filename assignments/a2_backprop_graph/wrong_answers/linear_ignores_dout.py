# %% [markdown] fails=["test_layers::test_linear_gradients", "test_network::test_gradients_of_your_engine"]
# Returns the derivatives of the sum of all entries.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    ones = np.ones(dout.shape)
    return ones @ W, ones.T @ X
