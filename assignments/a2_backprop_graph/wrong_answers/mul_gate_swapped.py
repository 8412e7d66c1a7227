# %% [markdown] fails=["test_gates::test_mul_switches"]
# da = dout * a and db = dout * b.

# %% answer="mul_gate"
def mul_forward(a, b):
    return a * b, (a, b)


def mul_backward(cache, dout):
    a, b = cache
    return dout * a, dout * b
