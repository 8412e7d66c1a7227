# %% [markdown] fails=["test_convert::test_other_forms"]
# Treats every unknown form as ours.

# %% answer="convert"
def convert(form, lr, tau, alpha):
    if form == "objective":
        return lr, tau, 2 * alpha
    if form == "average":
        return (1 - tau) * lr, tau, alpha
    if form == "velocity":
        return lr, tau, alpha
    return lr, tau, alpha
