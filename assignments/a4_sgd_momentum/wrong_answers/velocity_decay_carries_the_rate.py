# %% [markdown] fails=["test_convert::test_velocity"]
# Multiplies alpha by the learning rate; the bracket has done that.

# %% answer="convert"
def convert(form, lr, tau, alpha):
    if form == "objective":
        return lr, tau, 2 * alpha
    if form == "average":
        return (1 - tau) * lr, tau, alpha
    if form == "velocity":
        return lr, tau, lr * alpha
    raise ValueError(form)
