# %% [markdown] fails=["test_step_study::test_float32_happens_in_float32"]
# Forgets dtype: both studies are float64.

# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    hs = np.asarray(hs)
    quotients = np.stack([(f(x + hs) - f(x)) / hs, (f(x + hs) - f(x - hs)) / (2 * hs)])
    return np.abs(quotients - df(x))
