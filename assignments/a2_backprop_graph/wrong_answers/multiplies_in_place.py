# %% [markdown] fails=["test_f_forward::test_inputs_stay_as_they_are", "test_f_backward::test_arrays"]
# Writes the product into the caller's array, and into the cache, which holds the same array.

# %% answer="f_forward"
def f_forward(x, y, z):
    cache = (x, y)
    x *= y
    x += z
    return x, cache
