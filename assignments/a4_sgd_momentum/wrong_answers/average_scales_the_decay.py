# %% [markdown] fails=["test_convert::test_average"]
# Scales alpha as well; the decay is in the bracket and is scaled already.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return lr, tau, 2 * alpha, v
    if form == "average":
        return (1 - tau) * lr, tau, (1 - tau) * alpha, v / (1 - tau)
    if form == "velocity":
        return lr, tau, alpha, -v / lr
    raise ValueError(form)
