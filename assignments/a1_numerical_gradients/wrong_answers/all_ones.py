# %% [markdown] fails=["test_directional_check::test_errors_that_cancel", "test_directional_check::test_directions_come_from_rng"]
# The direction of ones, k times: errors that cancel in the sum stay hidden, and rng is never asked.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    x = np.asarray(x, dtype=float)
    slopes = [(f(x + 1e-5) - f(x - 1e-5)) / 2e-5 for _ in range(k)]
    return bool(np.all(np.abs(np.array(slopes) - np.sum(g(x))) <= 1e-5 * max(abs(np.sum(g(x))), 1e-3)))
