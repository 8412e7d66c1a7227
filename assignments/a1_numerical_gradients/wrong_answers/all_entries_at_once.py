# %% [markdown] fails=["test_numerical_gradient::test_entries_that_interact", "test_numerical_gradient::test_every_shape", "test_numerical_gradient::test_every_memory_layout", "test_numerical_gradient::test_promoted_to_float64", "test_numerical_gradient::test_read_only_input", "test_numerical_gradient::test_second_order", "test_numerical_gradient::test_steps_by_h", "test_gradient_check::test_right_gradients", "test_gradient_check::test_one_wrong_entry_in_a_matrix", "test_gradient_check::test_tol_decides", "test_gradient_check::test_nan_is_never_right", "test_gradient_check::test_zero_entries", "test_numerical_gradient::test_number_of_evaluations", "test_numerical_gradient::test_the_callers_array_stays_as_it_is", "test_gradient_check::test_worst_is_relative"]
# x + h moves every entry: one number, the sum of all the slopes, for each of them.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))
