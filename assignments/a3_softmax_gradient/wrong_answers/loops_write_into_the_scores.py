# %% [markdown] fails=["test_loop_grads::test_arguments_stay_as_they_are"]
# Collects db in the first row of the caller's dZ.

# %% answer="loop_grads"
def loop_grads(X, dZ):
    dW = sum(np.outer(row, x) for x, row in zip(X, dZ))
    for row in dZ[1:]:
        dZ[0] += row
    return dW, dZ[0]
