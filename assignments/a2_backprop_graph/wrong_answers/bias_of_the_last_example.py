# %% [markdown] fails=["test_shape_gates::test_bias_adds_over_the_examples", "test_network::test_gradients_of_your_engine", "test_shape_gates::test_one_example_or_one_column"]
# Loops over the examples and assigns instead of adding.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.full(np.shape(a), dout)


def bias_backward(dout, Z, b):
    for row in dout:
        db = row
    return dout, db
