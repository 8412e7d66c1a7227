# %% [markdown] fails=["test_directional_check::test_right_gradients"]
# g @ v is the slope for vectors; for a matrix it is something else.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    x, claimed = np.asarray(x, dtype=float), np.asarray(g(x))
    for _ in range(k):
        v = rng.standard_normal(x.shape)
        measured = (f(x + 1e-5 * v) - f(x - 1e-5 * v)) / 2e-5
        if abs(measured - claimed @ v) > 1e-5 * max(abs(measured), 1e-3):
            return False
    return True
