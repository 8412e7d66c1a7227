# %% [markdown] fails=["test_layers::test_linear_gradients"]
# Divides dW by the number of examples, although the 1/N is in dout already.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    return dout @ W, dout.T @ X / len(X)
