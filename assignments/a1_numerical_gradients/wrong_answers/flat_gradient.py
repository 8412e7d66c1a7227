# %% [markdown] fails=["test_numerical_gradient::test_every_shape", "test_gradient_check::test_one_wrong_entry_in_a_matrix"]
# Right numbers in one long row: the shape of x is lost.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    gradient = []
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(gradient)
