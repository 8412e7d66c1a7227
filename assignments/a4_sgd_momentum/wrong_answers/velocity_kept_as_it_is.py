# %% [markdown] fails=["test_convert::test_a_run_continues"]
# Converts the numbers and hands the velocity on unchanged: right from v = 0 only.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, 2 * alpha, v
    if form == "average":
        return (1 - tau) * lr, tau, alpha, v
    if form == "velocity":
        return lr, tau, alpha, v
    raise ValueError(form)
