# %% [markdown] fails=["test_numerical_gradient::test_the_callers_array_stays_as_it_is", "test_numerical_gradient::test_read_only_input"]
# Steps in place and steps back: no copy where x is float64 already, and (x + h) - 2h + h is not always x.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        ahead = f(x)
        x[i] -= 2 * h
        behind = f(x)
        x[i] += h
        gradient[i] = (ahead - behind) / (2 * h)
    return gradient
