# %% [markdown] fails=["test_layers::test_linear_gradients", "test_network::test_gradients_of_your_engine"]
# Divides dW by the number of examples, although the 1/N is in dout already.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    return dout @ W, dout.T @ X / len(X)
