# %% [markdown] fails=["test_convert::test_average"]
# Believes the word average and changes nothing.

# %% answer="convert"
def convert(form, lr, tau, alpha):
    if form == "objective":
        return lr, tau, 2 * alpha
    if form == "average":
        return lr, tau, alpha
    if form == "velocity":
        return lr, tau, alpha
    raise ValueError(form)
