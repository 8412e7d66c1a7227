# %% [markdown] fails=["test_numerical_gradient::test_promoted_to_float64", "test_numerical_jacobian::test_integers_and_the_callers_array"]
# Steps in float64 and stores the slopes in an array of the type of x: for integers their fractions are cut off.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    h = 1e-5
    jacobian = np.zeros((len(F(x)), len(x)), dtype=x.dtype)
    for j, e in enumerate(np.eye(len(x))):
        jacobian[:, j] = (np.asarray(F(x + h * e)) - np.asarray(F(x - h * e))) / (2 * h)
    return jacobian
