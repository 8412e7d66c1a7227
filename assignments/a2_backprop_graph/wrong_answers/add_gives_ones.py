# %% [markdown] fails=["test_gates::test_add_distributes"]
# Returns the local derivative and forgets what arrives.

# %% answer="add_gate"
def add_forward(a, b):
    return a + b, np.shape(a)


def add_backward(cache, dout):
    return np.ones(cache), np.ones(cache)
