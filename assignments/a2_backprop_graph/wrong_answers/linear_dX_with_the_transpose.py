# %% [markdown] fails=["test_layers::test_linear_shapes", "test_layers::test_linear_gradients", "test_layers::test_nobodys_array_is_changed", "test_network::test_gradients_of_your_engine"]
# dout times W transposed: it has a value for square matrices only.

# %% answer="linear_gate"
def linear_backward(dout, X, W):
    return dout @ W.T, dout.T @ X
