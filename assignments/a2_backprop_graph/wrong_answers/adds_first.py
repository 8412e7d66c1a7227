# %% [markdown] fails=["test_f_forward::test_value", "test_f_forward::test_arrays"]
# Adds z to y before it multiplies.

# %% answer="f_forward"
def f_forward(x, y, z):
    return x * (y + z), (x, y)
