# %% [markdown] fails=["test_gd_step::test_integers", "test_gd_step::test_w_stays_as_it_is"]
# w -= lr * g writes into the caller's array, and integers refuse it.

# %% answer="gd_step"
def gd_step(w, g, lr):
    w -= lr * g
    return w
