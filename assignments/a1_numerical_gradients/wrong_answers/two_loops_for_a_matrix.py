# %% [markdown] fails=["test_numerical_gradient::test_every_shape"]
# One loop for vectors, two for matrices, nothing for the rest.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    gradient, matrix = np.zeros(x.shape), np.atleast_2d(x)
    for i in range(matrix.shape[0]):
        for j in range(matrix.shape[1]):
            step = np.zeros(matrix.shape)
            step[i, j] = h
            step = step.reshape(x.shape)
            gradient.reshape(matrix.shape)[i, j] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
