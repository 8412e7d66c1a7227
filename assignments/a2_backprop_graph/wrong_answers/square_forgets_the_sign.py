# %% [markdown] fails=["test_gates::test_square"]
# Caches the output and takes its root on the way back: the sign of a is gone.

# %% answer="square_gate"
def square_forward(a):
    return a**2, a**2


def square_backward(cache, dout):
    return 2 * np.sqrt(cache) * dout
