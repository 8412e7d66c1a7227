# %% [markdown] fails=["test_layers::test_linear_gradients", "test_network::test_gradients_of_your_engine"]
# Copies the factor 2 of the square from Question 9.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    return 2 * dout @ W, 2 * dout.T @ X
