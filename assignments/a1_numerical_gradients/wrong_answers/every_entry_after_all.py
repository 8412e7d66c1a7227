# %% [markdown] fails=["test_directional_check::test_number_of_evaluations", "test_directional_check::test_directions_come_from_rng"]
# Measures the whole gradient first: right, and as expensive as before.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    measured = numerical_gradient(f, x)
    directions = [rng.standard_normal(np.shape(x)) for _ in range(k)]
    return all(abs(np.sum((measured - g(x)) * v)) <= 1e-5 * max(abs(np.sum(measured * v)), 1e-3) for v in directions)
