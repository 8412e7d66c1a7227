# %% [markdown] fails=["test_step_study::test_round_off_side"]
# Clips the steps at 1e-8 "to avoid round-off": the branch that the study is about is gone.

# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    x, hs = np.dtype(dtype).type(x), np.maximum(np.asarray(hs), 1e-8).astype(dtype)
    quotients = np.stack([(f(x + hs) - f(x)) / hs, (f(x + hs) - f(x - hs)) / (2 * hs)])
    return np.abs(quotients.astype(np.float64) - df(float(x)))
