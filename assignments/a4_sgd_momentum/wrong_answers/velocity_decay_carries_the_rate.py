# %% [markdown] fails=["test_convert::test_velocity"]
# Multiplies alpha by the learning rate; the bracket has done that.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, 2 * alpha, v
    if form == "average":
        return (1 - tau) * lr, tau, alpha, v / (1 - tau)
    if form == "velocity":
        return lr, tau, lr * alpha, -v / lr
    raise ValueError(form)
