# %% [markdown] fails=["test_gradient_check::test_one_wrong_entry_in_a_matrix", "test_gradient_check::test_tol_decides", "test_gradient_check::test_zero_entries"]
# Forgets the absolute value of the difference: a claim that is too small counts as right.

# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    claimed, measured = np.asarray(g(x)), numerical_gradient(f, x)
    error = (claimed - measured) / np.maximum(np.maximum(np.abs(claimed), np.abs(measured)), 1e-3)
    worst = np.unravel_index(np.argmax(error), error.shape)
    return bool(error[worst] <= tol), tuple(int(i) for i in worst)
