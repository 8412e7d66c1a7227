# %% [markdown] fails=["test_gradient_check::test_worst_is_relative", "test_gradient_check::test_zero_entries", "test_gradient_check::test_tol_decides"]
# Compares absolute differences: large entries drown the small ones.

# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    error = np.abs(g(x) - numerical_gradient(f, x))
    worst = np.unravel_index(np.argmax(error), error.shape)
    return bool(error[worst] <= tol), tuple(int(i) for i in worst)
