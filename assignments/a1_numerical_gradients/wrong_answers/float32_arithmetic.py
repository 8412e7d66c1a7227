# %% [markdown] fails=["test_numerical_gradient::test_promoted_to_float64"]
# Promotes integers and lists, and keeps float32 where it finds it: a step of 0.00001 is rounded by a per cent.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x)
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
