# %% [markdown] fails=["test_convert::test_average"]
# Believes the word average and changes nothing.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, 2 * alpha, v
    if form == "average":
        return lr, tau, alpha, v
    if form == "velocity":
        return lr, tau, alpha, -v / lr
    raise ValueError(form)
