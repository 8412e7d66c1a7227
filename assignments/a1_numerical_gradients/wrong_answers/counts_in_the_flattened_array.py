# %% [markdown] fails=["test_gradient_check::test_one_wrong_entry_in_a_matrix"]
# Returns argmax as it comes: a position in the flattened array, not in the matrix.

# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    error = relative_error(g(x), numerical_gradient(f, x), eps=1e-3)
    return bool(np.all(error <= tol)), (int(np.argmax(error)),)
