# %% [markdown] fails=["test_convert::test_average"]
# Divides by 1 - tau where it should multiply.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, 2 * alpha, v
    if form == "average":
        return lr / (1 - tau), tau, alpha, v * (1 - tau)
    if form == "velocity":
        return lr, tau, alpha, -v / lr
    raise ValueError(form)
