# %% [markdown] fails=["test_directional_check::test_number_of_evaluations"]
# Returns after the first direction, whatever k is.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    x, claimed = np.asarray(x, dtype=float), np.asarray(g(x))
    for _ in range(k):
        v = rng.standard_normal(x.shape)
        measured, expected = (f(x + 1e-5 * v) - f(x - 1e-5 * v)) / 2e-5, np.sum(claimed * v)
        return bool(abs(measured - expected) <= 1e-5 * max(abs(measured), abs(expected), 1e-3))
