# %% [markdown] fails=["test_relative_error::test_negative_entries", "test_relative_error::test_lists", "test_gradient_check::test_tol_decides"]
# Takes the maximum of a and b without absolute values.

# %% answer="relative_error"
def relative_error(a, b, eps=1e-8):
    return np.abs(np.subtract(a, b)) / np.maximum(np.maximum(a, b), eps)
