# %% [markdown] fails=["test_convert::test_v_stays_as_it_is"]
# Divides in the caller's array.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, 2 * alpha, v
    if form == "average":
        v /= 1 - tau
        return (1 - tau) * lr, tau, alpha, v
    if form == "velocity":
        v /= -lr
        return lr, tau, alpha, v
    raise ValueError(form)
