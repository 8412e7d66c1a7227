# %% [markdown] fails=["test_gates::test_square"]
# The derivative of a squared, without its factor 2.

# %% answer="square_gate"
def square_forward(a):
    return a**2, a


def square_backward(cache, dout):
    return cache * dout
