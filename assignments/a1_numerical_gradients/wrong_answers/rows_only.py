# %% [markdown] fails=["test_numerical_gradient::test_every_shape", "test_numerical_gradient::test_every_memory_layout", "test_gradient_check::test_one_wrong_entry_in_a_matrix", "test_numerical_gradient::test_number_of_evaluations", "test_numerical_gradient::test_the_callers_array_stays_as_it_is"]
# Loops over range(len(x)): whole rows of a matrix move at once, and a scalar has no length.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
