# %% [markdown] fails=["test_directional_check::test_directions_come_from_rng"]
# Makes its own generator with a fixed seed, whatever the caller passes.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    x, claimed, rng = np.asarray(x, dtype=float), np.asarray(g(x)), np.random.default_rng(0)
    for _ in range(k):
        v = 1e-5 * rng.standard_normal(x.shape)
        if relative_error(f(x + v) - f(x - v), 2 * np.sum(claimed * v), eps=1e-8) > 1e-5:
            return False
    return True
