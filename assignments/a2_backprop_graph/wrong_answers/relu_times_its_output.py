# %% [markdown] fails=["test_layers::test_relu_gradient", "test_layers::test_relu_at_the_kink", "test_network::test_gradients_of_your_engine"]
# Multiplies by the output instead of by the slope.

# %% answer="relu_gate"
def relu_backward(dout, x):
    return dout * np.maximum(x, 0)
