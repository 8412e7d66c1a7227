# %% [markdown] fails=["test_numerical_gradient::test_entries_that_interact", "test_numerical_gradient::test_every_shape", "test_numerical_gradient::test_every_memory_layout", "test_numerical_gradient::test_promoted_to_float64", "test_numerical_gradient::test_read_only_input", "test_numerical_gradient::test_second_order", "test_numerical_gradient::test_steps_by_h", "test_gradient_check::test_right_gradients", "test_gradient_check::test_one_wrong_entry_in_a_matrix", "test_gradient_check::test_tol_decides", "test_gradient_check::test_nan_is_never_right", "test_numerical_gradient::test_number_of_evaluations", "test_numerical_gradient::test_the_callers_array_stays_as_it_is", "test_gradient_check::test_worst_is_relative", "test_gradient_check::test_zero_entries"]
# The slide's mistake: an entry that was perturbed is never put back, so each quotient sums up all the slopes so far.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    moved, here = np.array(x, dtype=np.float64), f(np.array(x, dtype=np.float64))
    gradient = np.zeros(moved.shape)
    for i in np.ndindex(moved.shape):
        moved[i] += h
        gradient[i] = (f(moved) - here) / h
    return gradient
