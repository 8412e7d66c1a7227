# %% [markdown] fails=["test_f_forward::test_arrays"]
# Takes the dot product: for numbers it is the same, for arrays the entries are summed up.

# %% answer="f_forward"
def f_forward(x, y, z):
    return np.sum(x * y) + z, (x, y)
