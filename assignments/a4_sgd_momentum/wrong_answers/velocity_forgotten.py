# %% [markdown] fails=["test_convert::test_a_run_continues", "test_convert::test_v_stays_as_it_is"]
# Begins with a velocity of zero, as if a run could be cut in two.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, 2 * alpha, 0 * v
    if form == "average":
        return (1 - tau) * lr, tau, alpha, 0 * v
    if form == "velocity":
        return lr, tau, alpha, 0 * v
    raise ValueError(form)
