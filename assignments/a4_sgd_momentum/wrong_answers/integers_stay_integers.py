# %% [markdown] fails=["test_gd_step::test_integers"]
# Keeps the dtype of w, so that the step is cut to whole numbers.

# %% answer="gd_step"
def gd_step(w, g, lr):
    return np.asarray(w - lr * g).astype(np.asarray(w).dtype) if np.ndim(w) else w - lr * g
