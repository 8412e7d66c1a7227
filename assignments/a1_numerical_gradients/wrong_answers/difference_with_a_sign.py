# %% [markdown] fails=["test_directional_check::test_either_sign"]
# Forgets the absolute value: a slope that comes out too small is never an error. Several directions hide it.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    h = 1e-5
    for _ in range(k):
        v = rng.standard_normal(np.shape(x))
        measured, expected = (f(x + h * v) - f(x - h * v)) / (2 * h), np.sum(g(x) * v)
        if not measured - expected <= 1e-5 * max(abs(measured), abs(expected), 1e-3):
            return False
    return True
