# %% [markdown] fails=["test_step_study::test_float32_happens_in_float32"]
# x is float32 and the steps are float64: NumPy promotes their sum, and all that follows, to float64.

# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    x, hs = np.dtype(dtype).type(x), np.asarray(hs)
    quotients = np.stack([(f(x + hs) - f(x)) / hs, (f(x + hs) - f(x - hs)) / (2 * hs)])
    return np.abs(quotients.astype(np.float64) - df(float(x)))
