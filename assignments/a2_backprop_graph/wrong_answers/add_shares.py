# %% [markdown] fails=["test_gates::test_add_distributes"]
# Takes "distributor" literally: each input gets half of what arrives.

# %% answer="add_gate"
def add_forward(a, b):
    return a + b, None


def add_backward(cache, dout):
    return dout / 2, dout / 2
