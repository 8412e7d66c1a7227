# %% [markdown] fails=["test_convert::test_objective"]
# Converts in the wrong direction: alpha/2.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, alpha / 2, v
    if form == "average":
        return (1 - tau) * lr, tau, alpha, v / (1 - tau)
    if form == "velocity":
        return lr, tau, alpha, -v / lr
    raise ValueError(form)
