# %% [markdown] fails=["test_numerical_gradient::test_entries_that_interact", "test_numerical_gradient::test_every_shape", "test_numerical_gradient::test_every_memory_layout", "test_numerical_gradient::test_promoted_to_float64", "test_numerical_gradient::test_read_only_input", "test_numerical_gradient::test_second_order", "test_gradient_check::test_right_gradients", "test_gradient_check::test_one_wrong_entry_in_a_matrix", "test_gradient_check::test_worst_is_relative", "test_gradient_check::test_nan_is_never_right", "test_numerical_gradient::test_number_of_evaluations", "test_numerical_gradient::test_the_callers_array_stays_as_it_is", "test_gradient_check::test_zero_entries"]
# Rounds each value of f as one would for printing: an error of 0.00005, divided by h, is 5.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (round(f(x + step), 4) - round(f(x - step), 4)) / (2 * h)
    return gradient
