# %% [markdown] fails=["test_relative_error::test_eps_is_a_floor"]
# Adds eps to the denominator: never 0/0, and a little off everywhere.

# %% answer="relative_error"
def relative_error(a, b, eps=1e-8):
    a, b = np.asarray(a), np.asarray(b)
    return np.abs(a - b) / (np.maximum(np.abs(a), np.abs(b)) + eps)
