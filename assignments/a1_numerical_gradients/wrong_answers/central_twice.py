# %% [markdown] fails=["test_step_study::test_errors_in_the_order_of_the_steps", "test_step_study::test_truncation_side", "test_step_study::test_float32_happens_in_float32"]
# Both rows hold the central difference.

# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    x, hs = np.dtype(dtype).type(x), np.asarray(hs, dtype=dtype)
    quotient = ((f(x + hs) - f(x - hs)) / (2 * hs)).astype(np.float64)
    return np.abs(np.stack([quotient, quotient]) - df(float(x)))
