# %% [markdown] fails=["test_numerical_gradient::test_steps_by_h", "test_numerical_gradient::test_second_order"]
# The step is written into the code, whatever the caller asks for.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = 1e-5
        gradient[i] = (f(x + step) - f(x - step)) / 2e-5
    return gradient
