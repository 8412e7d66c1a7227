# %% [markdown] fails=["test_gd_step::test_arrays_of_any_shape", "test_gd_step::test_integers"]
# Takes the length of the gradient for the gradient: the same step for every entry.

# %% answer="gd_step"
def gd_step(w, g, lr):
    if np.ndim(g):
        return w - lr * np.linalg.norm(g)
    return w - lr * g
