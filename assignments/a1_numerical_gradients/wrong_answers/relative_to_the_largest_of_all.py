# %% [markdown] fails=["test_relative_error::test_each_entry_has_its_own_size", "test_gradient_check::test_worst_is_relative", "test_relative_error::test_lists", "test_gradient_check::test_zero_entries", "test_relative_error::test_eps_is_a_floor", "test_relative_error::test_negative_entries", "test_relative_error::test_symmetric"]
# np.max instead of np.maximum: every entry is judged by the largest one of the array.

# %% answer="relative_error"
def relative_error(a, b, eps=1e-8):
    a, b = np.asarray(a), np.asarray(b)
    return np.abs(a - b) / max(np.max(np.abs(a)), np.max(np.abs(b)), eps)
