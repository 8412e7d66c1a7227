# %% [markdown] fails=["test_directional_check::test_one_wrong_entry_of_many", "test_directional_check::test_errors_that_cancel"]
# Picks k entries at random and checks those: the others are never looked at.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    x, claimed = np.asarray(x, dtype=float), np.asarray(g(x))
    for i in rng.integers(x.size, size=k):
        step = np.zeros(x.size)
        step[i] = 1e-5
        step = step.reshape(x.shape)
        measured, claim = (f(x + step) - f(x - step)) / 2e-5, claimed.ravel()[i]
        if not abs(measured - claim) <= 1e-5 * max(abs(measured), abs(claim), 1e-3):
            return False
    return True
