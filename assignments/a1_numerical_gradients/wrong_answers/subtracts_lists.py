# %% [markdown] fails=["test_relative_error::test_lists"]
# Right for arrays. A list minus a list is a TypeError.

# %% answer="relative_error"
def relative_error(a, b, eps=1e-8):
    return abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), eps)
