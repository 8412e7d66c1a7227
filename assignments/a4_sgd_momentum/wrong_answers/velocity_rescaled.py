# %% [markdown] fails=["test_convert::test_velocity"]
# Looks for a factor that is not there at a constant rate.

# %% answer="convert"
def convert(form, lr, tau, alpha):
    if form == "objective":
        return lr, tau, 2 * alpha
    if form == "average":
        return (1 - tau) * lr, tau, alpha
    if form == "velocity":
        return lr * (1 + tau), tau, alpha
    raise ValueError(form)
