# %% [markdown] fails=["test_branch::test_arrays", "test_branch::test_equal_inputs"]
# Collects the gradients in a dictionary whose keys are the numbers: equal numbers share one place.

# %% answer="branch"
def branch_forward(x, y, z):
    return (x * y + z) * x, (x, y, z)


def branch_backward(cache, dout=1.0):
    x, y, z = cache
    grads = {x: 0.0, y: 0.0, z: 0.0}
    grads[x] += dout * (x * y + z)
    grads[x] += dout * x * y
    grads[y] += dout * x * x
    grads[z] += dout * x
    return grads[x], grads[y], grads[z]
