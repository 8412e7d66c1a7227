# %% [markdown] fails=["test_numerical_gradient::test_second_order"]
# Forward differences in every entry, with f(x) computed once: half the evaluations, half the digits.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    here, gradient = f(x), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - here) / h
    return gradient
