# %% [markdown] fails=["test_gradient_check::test_one_wrong_entry_in_a_matrix", "test_gradient_check::test_worst_is_relative", "test_gradient_check::test_zero_entries", "test_gradient_check::test_right_gradients", "test_gradient_check::test_tol_decides"]
# Compares the norms of the whole gradients, and names the first entry.

# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    claimed, measured = np.linalg.norm(g(x)), np.linalg.norm(numerical_gradient(f, x))
    return bool(abs(claimed - measured) <= tol * max(claimed, measured)), (0,) * np.ndim(x)
