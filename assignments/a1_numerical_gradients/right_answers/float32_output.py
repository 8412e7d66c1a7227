# %% [markdown]
# Computes in float64 and returns float32: six digits are all that a numerical gradient promises.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64, order="C")
    gradient = np.zeros(x.shape, dtype=np.float32)
    flat, out = x.reshape(-1), gradient.reshape(-1)
    for i in range(x.size):
        old = flat[i]
        flat[i] = old + h
        above = f(x)
        flat[i] = old - h
        below = f(x)
        flat[i] = old
        out[i] = (above - below) / (2 * h)
    return gradient


# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    x = np.asarray(x, dtype=np.float64)
    J = [(np.asarray(F(x + e)) - np.asarray(F(x - e))) / 2e-5 for e in 1e-5 * np.eye(len(x))]
    return np.array(J, dtype=np.float32).T


# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    x, hs = np.asarray(x, dtype), np.asarray(hs, dtype)
    forward, central = (f(x + hs) - f(x)) / hs, (f(x + hs) - f(x - hs)) / (hs + hs)
    return np.abs(np.array([forward, central], np.float64) - df(float(x))).astype(np.float32)
