# %% [markdown] fails=["test_directional_check::test_no_slope"]
# Compares relative errors without the floor: where the function is flat, round-off looks like a wrong gradient.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    x, claimed, h = np.asarray(x, dtype=float), np.asarray(g(x)), 1e-5
    for _ in range(k):
        v = rng.standard_normal(x.shape)
        measured, expected = (f(x + h * v) - f(x - h * v)) / (2 * h), np.sum(claimed * v)
        if not abs(measured - expected) <= 1e-5 * max(abs(measured), abs(expected)):
            return False
    return True
