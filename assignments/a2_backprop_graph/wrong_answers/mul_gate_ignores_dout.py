# %% [markdown] fails=["test_gates::test_mul_switches"]
# The other input, and not what arrives.

# %% answer="mul_gate"
def mul_forward(a, b):
    return a * b, (a, b)


def mul_backward(cache, dout):
    return cache[1], cache[0]
