# %% [markdown] fails=["test_convert::test_objective"]
# Doubles the learning rate instead of alpha.

# %% answer="convert"
def convert(form, lr, tau, alpha):
    if form == "objective":
        return 2 * lr, tau, alpha
    if form == "average":
        return (1 - tau) * lr, tau, alpha
    if form == "velocity":
        return lr, tau, alpha
    raise ValueError(form)
