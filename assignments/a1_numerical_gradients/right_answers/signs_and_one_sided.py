# %% [markdown]
# Random signs instead of normal directions, one-sided differences where nobody asked for second order.

# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    x = np.asarray(x, dtype=float)
    claimed = np.asarray(g(x)).ravel()
    verdicts = []
    for v in rng.choice([-1.0, 1.0], size=(k, x.size)):
        step = 1e-5 * v.reshape(x.shape)
        measured = (f(x + step) - f(x - step)) / 2e-5
        verdicts.append(relative_error(measured, claimed @ v, eps=1e-3) <= 1e-5)
    return np.all(verdicts)


# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    x, base = np.array(x, dtype=float), f(x)
    measured = np.array([(f(x + e.reshape(x.shape)) - base) / 1e-6 for e in 1e-6 * np.eye(x.size)]).reshape(x.shape)
    claim = np.asarray(g(x))
    off = abs(claim - measured) / np.maximum(np.maximum(abs(claim), abs(measured)), 1e-3)
    # One-sided differences are good to about six digits, and no tolerance can be finer than the ruler.
    return np.max(off) <= max(tol, 1e-5), np.unravel_index(off.argmax(), off.shape)


# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    x = np.array(x, dtype=float)
    base, J = np.array(F(x)), []
    for j in range(x.size):
        moved = x.copy()
        moved[j] += 1e-7
        J.append((np.array(F(moved)) - base) / 1e-7)
    return np.array(J).T.copy()
