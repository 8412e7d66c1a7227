# %% [markdown]
# Steps h/2 to each side and divides by h: the same second order, with a quarter of the error.

# %% answer="central_diff"
def central_diff(f, x, h):
    return (f(x + h / 2) - f(x - h / 2)) / h


# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    steps = (h / 2) * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([f(x + step) - f(x - step) for step in steps]).reshape(x.shape) / h


# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    kind = np.dtype(dtype).type
    x, two, rows = kind(x), kind(2), ([], [])
    for h in map(kind, hs):
        rows[0].append(abs(float((f(x + h) - f(x)) / h) - df(float(x))))
        rows[1].append(abs(float((f(x + h / two) - f(x - h / two)) / h) - df(float(x))))
    return rows
