# %% [markdown]
# Draws random directions and scales them to length one.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    gradient = np.asarray(g(x))
    for _ in range(k):
        v = rng.standard_normal(x.shape)
        v /= np.linalg.norm(v)
        measured = (f(x + 1e-5 * v) - f(x - 1e-5 * v)) / 2e-5
        if relative_error([measured], [np.sum(gradient * v)], eps=1e-3)[0] > 1e-5:
            return False
    return True
