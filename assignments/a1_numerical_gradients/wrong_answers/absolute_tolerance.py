# %% [markdown] fails=["test_directional_check::test_relative_to_the_slope"]
# Compares the difference itself with a fixed number: round-off of a steep function is larger than that.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    h = 1e-5
    for _ in range(k):
        v = rng.standard_normal(np.shape(x))
        measured, expected = (f(x + h * v) - f(x - h * v)) / (2 * h), np.sum(g(x) * v)
        if not abs(measured - expected) <= 1e-7:
            return False
    return True
