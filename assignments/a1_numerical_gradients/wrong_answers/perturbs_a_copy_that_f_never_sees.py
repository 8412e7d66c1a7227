# %% [markdown] fails=["test_numerical_gradient::test_every_memory_layout"]
# reshape(-1) of a Fortran-ordered or transposed array is a copy: f is evaluated at x itself, and every slope is 0.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    flat, gradient = x.reshape(-1), np.zeros(x.size)
    for i in range(x.size):
        old = flat[i]
        flat[i] = old + h
        ahead = f(x)
        flat[i] = old - h
        gradient[i] = (ahead - f(x)) / (2 * h)
        flat[i] = old
    return gradient.reshape(x.shape)
