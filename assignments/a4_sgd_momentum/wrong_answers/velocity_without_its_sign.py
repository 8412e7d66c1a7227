# %% [markdown] fails=["test_convert::test_a_run_continues"]
# Forgets that the form "velocity" stores steps, which point downhill.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, 2 * alpha, v
    if form == "average":
        return (1 - tau) * lr, tau, alpha, v / (1 - tau)
    if form == "velocity":
        return lr, tau, alpha, v / lr
    raise ValueError(form)
