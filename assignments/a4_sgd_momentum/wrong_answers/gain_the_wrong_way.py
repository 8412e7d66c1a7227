# %% [markdown] fails=["test_convert::test_average"]
# Divides by 1 - tau where it should multiply.

# %% answer="convert"
def convert(form, lr, tau, alpha):
    if form == "objective":
        return lr, tau, 2 * alpha
    if form == "average":
        return lr / (1 - tau), tau, alpha
    if form == "velocity":
        return lr, tau, alpha
    raise ValueError(form)
