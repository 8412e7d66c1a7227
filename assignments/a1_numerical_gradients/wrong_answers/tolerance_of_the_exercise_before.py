# %% [markdown] fails=["test_directional_check::test_relative_to_the_slope"]
# Judges slopes by a relative error of 0.001: generous enough for a gradient that is off by a little everywhere.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    x, claimed, h = np.asarray(x, dtype=float), np.asarray(g(x)), 1e-5
    for _ in range(k):
        v = rng.standard_normal(x.shape)
        measured, expected = (f(x + h * v) - f(x - h * v)) / (2 * h), np.sum(claimed * v)
        if not abs(measured - expected) <= 1e-3 * max(abs(measured), abs(expected), 1e-3):
            return False
    return True
