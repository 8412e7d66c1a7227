# %% [markdown] fails=["test_numerical_gradient::test_number_of_evaluations"]
# Asks f again for what it has just computed: four evaluations for each entry.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        if f(x + step) != f(x - step):
            gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
