# %% [markdown]
# Lists in, lists out: works on plain Python numbers where it can, and returns the container that came in.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    slopes = [(f(x + h * e.reshape(x.shape)) - f(x - h * e.reshape(x.shape))) / (2 * h) for e in np.eye(x.size)]
    # An empty list would forget the axes that have entries, so only those with entries become lists.
    gradient = np.array(slopes).reshape(x.shape)
    return gradient.tolist() if x.size else gradient


# %% answer="slide_case"
def slide_case(W, x, y):
    loss = lambda V: np.linalg.norm(V @ x - y)
    return [loss(W), np.asarray(numerical_gradient(loss, W)).tolist()]


# %% answer="relative_error"
def relative_error(a, b, eps=1e-8):
    if np.ndim(a):
        return [relative_error(p, q, eps) for p, q in zip(a, b)]
    return float(abs(a - b) / max(abs(a), abs(b), eps))


# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    error = np.array(relative_error(np.asarray(g(x)), numerical_gradient(f, x), 1e-3))
    worst = max(np.ndindex(error.shape), key=lambda i: np.inf if np.isnan(error[i]) else error[i])
    return [bool(np.all(error <= tol)), list(worst)]


# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    steps = (1e-5 * np.eye(len(x))).tolist()
    x = np.array(x).tolist()
    columns = []
    for step in steps:
        ahead = F([a + b for a, b in zip(x, step)])
        behind = F([a - b for a, b in zip(x, step)])
        columns.append([(p - q) / 2e-5 for p, q in zip(ahead, behind)])
    return [list(row) for row in zip(*columns)]


# %% answer="wrong_gradients"
wrong_gradients = ["chain", "huber"]
