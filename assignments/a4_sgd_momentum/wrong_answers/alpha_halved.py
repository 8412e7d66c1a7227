# %% [markdown] fails=["test_convert::test_objective"]
# Converts in the wrong direction: alpha/2.

# %% answer="convert"
def convert(form, lr, tau, alpha):
    if form == "objective":
        return lr, tau, alpha / 2
    if form == "average":
        return (1 - tau) * lr, tau, alpha
    if form == "velocity":
        return lr, tau, alpha
    raise ValueError(form)
