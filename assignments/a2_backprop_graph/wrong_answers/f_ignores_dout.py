# %% [markdown] fails=["test_f_backward::test_upstream", "test_f_backward::test_arrays"]
# Returns the local derivatives: right as long as f is the end of the story.

# %% answer="f_backward"
def f_backward(cache, dout=1.0):
    x, y = cache
    return y, x, np.ones(np.shape(x)) if np.shape(x) else 1.0
