# %% [markdown] fails=["test_layers::test_relu_gradient", "test_network::test_gradients_of_your_engine"]
# Applies ReLU to the gradient: what counts is its sign, and x is forgotten.

# %% answer="relu_gate"
def relu_backward(dout, x):
    return np.maximum(dout, 0)
