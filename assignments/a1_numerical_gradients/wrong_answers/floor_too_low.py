# %% [markdown] fails=["test_gradient_check::test_zero_entries"]
# Compares relative errors without the floor of 1e-3: where the gradient is zero, a difference of 1e-9 looks like a wrong entry.

# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    error = relative_error(g(x), numerical_gradient(f, x), eps=1e-12)
    worst = np.unravel_index(np.argmax(error), error.shape)
    return bool(error[worst] <= tol), tuple(int(i) for i in worst)
