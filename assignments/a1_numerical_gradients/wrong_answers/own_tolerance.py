# %% [markdown] fails=["test_gradient_check::test_tol_decides"]
# Judges by 0.001, whatever tol says.

# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    error = relative_error(g(x), numerical_gradient(f, x), eps=1e-3)
    worst = np.unravel_index(np.argmax(error), error.shape)
    return bool(error[worst] <= 1e-3), tuple(int(i) for i in worst)
