# %% [markdown] fails=["test_shape_gates::test_dout_stays_as_it_is"]
# Adds up the rows in the first row of the array that arrives.

# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.full(np.shape(a), dout)


def bias_backward(dout, Z, b):
    dZ = dout.copy()
    for row in dZ[1:]:
        dout[0] += row
    return dZ, dout[0]
