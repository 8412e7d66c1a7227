# %% [markdown] fails=["test_convert::test_objective", "test_convert::test_a_run_continues"]
# Doubles the learning rate instead of alpha.

# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    if form == "objective":
        return 2 * lr, tau, alpha, v
    if form == "average":
        return (1 - tau) * lr, tau, alpha, v / (1 - tau)
    if form == "velocity":
        return lr, tau, alpha, -v / lr
    raise ValueError(form)
