# %% [markdown]
# Recursion in backward, a lambda for the device, a file that is read piece by piece.

# %% answer="forward"
def forward(params, X):
    A, activations = X, [X]
    for W, b in params[:-1]:
        A = (A @ W.T + b).relu()
        activations.append(A)
    W, b = params[-1]
    activations.append(A @ W.T + b)
    return activations[-1].clone(), (list(params), activations)


# %% answer="backward"
def backward(cache, y):
    params, (*inputs, logits) = cache

    def back(delta, k):
        own = (delta.transpose(0, 1) @ inputs[k], delta.sum(0))
        return [own] if k == 0 else [*back((delta @ params[k][0]).masked_fill(inputs[k] <= 0, 0), k - 1), own]

    truth = torch.zeros_like(logits).scatter_(1, y[:, None], 1)
    return back((logits.softmax(1) - truth) / len(logits), len(params) - 1)


# %% answer="pick_device"
def pick_device():
    return (lambda there: torch.device(["cpu", "cuda"][there]))(torch.cuda.is_available())


# %% answer="load_idx"
def load_idx(path):
    opened = gzip.open(path) if Path(path).suffix == ".gz" else open(path, "rb")
    with opened as file:
        zeros, kind, ndim = struct.unpack(">HBB", exactly(file, 4))
        if (zeros, kind) != (0, 8) or ndim not in (1, 3):
            raise ValueError("wrong magic number")
        shape = struct.unpack(">" + "I" * ndim, exactly(file, 4 * ndim))
        raw = exactly(file, math.prod(shape))
        if file.read(1):
            raise ValueError("the file goes on")
    flat = np.frombuffer(raw, dtype="u1")
    return np.multiply(flat, np.float32(1 / 255), dtype="f4").reshape(shape) if ndim == 3 else flat.astype("i8")


def exactly(file, size):
    found = file.read(size)
    if len(found) < size:
        raise ValueError("the file ends too early")
    return found
