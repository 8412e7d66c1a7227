# %% [markdown] fails=["test_gates::test_forward_values", "test_gates::test_mul_switches"]
# Uses @ for the product of arrays.

# %% answer="mul_gate"
def mul_forward(a, b):
    return (a @ b if np.ndim(a) else a * b), (a, b)


def mul_backward(cache, dout):
    a, b = cache
    return dout * b, dout * a
