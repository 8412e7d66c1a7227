# %% [markdown] fails=["test_step_study::test_errors_in_the_order_of_the_steps"]
# Sorts the steps first, so the columns no longer belong to the steps that were given.

# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    x, hs = np.dtype(dtype).type(x), np.sort(np.asarray(hs, dtype=dtype))
    quotients = np.stack([(f(x + hs) - f(x)) / hs, (f(x + hs) - f(x - hs)) / (2 * hs)])
    return np.abs(quotients.astype(np.float64) - df(float(x)))
