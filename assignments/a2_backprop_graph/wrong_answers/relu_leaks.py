# %% [markdown] fails=["test_layers::test_relu_gradient", "test_network::test_gradients_of_your_engine"]
# A leaky ReLU: a little comes through where x is negative.

# %% answer="relu_gate"
def relu_backward(dout, x):
    return np.where(x > 0, dout, 0.01 * dout)
