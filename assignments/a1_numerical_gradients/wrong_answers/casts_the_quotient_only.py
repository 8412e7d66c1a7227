# %% [markdown] fails=["test_step_study::test_float32_happens_in_float32"]
# Computes in float64 and casts the result: the digits were never lost, so they do not show.

# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    hs = np.asarray(hs, dtype=np.float64)
    quotients = np.stack([(f(x + hs) - f(x)) / hs, (f(x + hs) - f(x - hs)) / (2 * hs)]).astype(dtype)
    return np.abs(quotients - df(x))
