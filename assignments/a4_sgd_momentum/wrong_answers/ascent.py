# %% [markdown] fails=["test_gd_step::test_numbers", "test_gd_step::test_arrays_of_any_shape", "test_gd_step::test_integers"]
# Walks uphill.

# %% answer="gd_step"
def gd_step(w, g, lr):
    return w + lr * g
