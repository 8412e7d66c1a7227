# %% [markdown] fails=["test_numerical_gradient::test_entries_that_interact", "test_numerical_gradient::test_steps_by_h"]
# Central differences that leave each entry at x - h: right whenever the entries do not interact.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    moved = np.array(x, dtype=np.float64)
    gradient = np.zeros(moved.shape)
    for i in np.ndindex(moved.shape):
        moved[i] += h
        ahead = f(moved)
        moved[i] -= 2 * h
        gradient[i] = (ahead - f(moved)) / (2 * h)
    return gradient
