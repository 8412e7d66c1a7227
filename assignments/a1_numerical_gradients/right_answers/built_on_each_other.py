# %% [markdown]
# Uses the earlier answers wherever it can: a gradient is a row of slopes, a Jacobian is a stack of gradients' transposes.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        one = np.zeros_like(x)
        one[i] = 1.0
        gradient[i] = central_diff(lambda t: f(x + t * one), 0.0, h)
    return gradient


# %% answer="slide_case"
def slide_case(W, x, y):
    def loss(V):
        return np.linalg.norm(V @ x - y)

    return loss(W), numerical_gradient(loss, W)


# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    kind = np.dtype(dtype).type
    return np.array(
        [[abs(formula(f, kind(x), kind(h)) - df(x)) for h in hs] for formula in (forward_diff, central_diff)]
    )


# %% answer="valid_subgradient"
def valid_subgradient(kind, x, g):
    curve = {"relu": lambda t: np.maximum(t, 0.0), "abs": np.abs}.get(kind)
    if curve is None:
        raise ValueError(kind)
    # The definition itself, for x = 0 and for the two half-lines: a line through the kink stays below the graph.
    if x == 0:
        return curve(1.0) >= g and curve(-1.0) >= -g
    return g == curve(np.sign(x)) * np.sign(x)
