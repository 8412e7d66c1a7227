# %% [markdown] fails=["test_directional_check::test_either_sign"]
# Compares the absolute values of the two slopes: a gradient with the wrong sign is accepted.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    h = 1e-5
    for _ in range(k):
        v = rng.standard_normal(x.shape)
        measured, claimed = abs(f(x + h * v) - f(x - h * v)) / (2 * h), abs(np.sum(g(x) * v))
        if abs(measured - claimed) > 1e-5 * max(measured, claimed, 1e-3):
            return False
    return True
