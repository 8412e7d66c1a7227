# %% [markdown] fails=["test_gradient_check::test_nan_is_never_right"]
# Looks for an entry that is too large: "nan > tol" is False, so nothing is found.

# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    error = relative_error(g(x), numerical_gradient(f, x), eps=1e-3)
    worst = np.unravel_index(np.argmax(error), error.shape)
    return not np.any(error > tol), tuple(int(i) for i in worst)
