# %% [markdown] fails=["test_step_study::test_float32_happens_in_float32"]
# The steps are float32 and x stays a Python number: f(x) is a float64, and promotes the difference.

# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    hs = np.asarray(hs, dtype=dtype)
    quotients = np.stack([(f(x + hs) - f(x)) / hs, (f(x + hs) - f(x - hs)) / (2 * hs)])
    return np.abs(quotients.astype(np.float64) - df(float(x)))
