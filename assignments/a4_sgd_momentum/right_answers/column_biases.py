# %% [markdown]
# Works with biases as columns inside, and gives everything back in the shape that came in.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    columns = {name: np.reshape(p, (-1, 1)) for name, p in params.items()}
    moved = {name: c - lr * np.reshape(grads[name], (-1, 1)) for name, c in columns.items()}
    for name in decayed(params):
        moved[name] = moved[name] - lr * alpha * columns[name]
    return {name: moved[name].reshape(np.shape(params[name])) for name in params}


# %% answer="gd_step"
def gd_step(w, g, lr):
    return -(lr * g) + w


# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    match form:
        case "objective":
            return np.array([lr, tau, 2 * alpha])[0], tau, np.float64(2 * alpha), np.copy(v)
        case "average":
            return lr * (1 - tau), tau, alpha, v / (1 - tau)
        case "velocity":
            return lr, tau, alpha, np.negative(v) / lr

    class UnknownForm(ValueError):
        pass

    raise UnknownForm(form)
