# %% [markdown]
# What PyTorch has: F.linear, F.cross_entropy, F.one_hot, torch.nn.init, argsort for a shuffle.

# %% answer="load_idx"
def load_idx(path):
    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:4] == b"\x00\x00\x08\x03":
        dims = np.frombuffer(data[4:16].ljust(12, b"\xff"), ">u4").astype(np.int64)
        images = torch.tensor(list(data[16:]), dtype=torch.uint8)
        if len(images) != math.prod(dims.tolist()):
            raise ValueError("the length does not fit the header")
        return (images.reshape(dims.tolist()).float() / 255).numpy()
    if data[:4] == b"\x00\x00\x08\x01":
        if len(data) < 8 or len(data) != 8 + int.from_bytes(data[4:8], "big"):
            raise ValueError("the length does not fit the header")
        return np.array(list(data[8:]), dtype=np.int64)
    raise ValueError("no idx file of images or labels")


# %% answer="init"
def init(sizes, generator, device):
    params = []
    for k in range(1, len(sizes)):
        W = torch.empty(sizes[k], sizes[k - 1])
        nn.init.kaiming_normal_(W, nonlinearity="relu", generator=generator)
        params.append([W.to(device=device), torch.zeros(sizes[k]).to(device)])
    return params


# %% answer="forward"
def forward(params, X):
    activations = [X, *(None for _ in params)]
    for k, (W, b) in enumerate(params):
        activations[k + 1] = F.linear(activations[k], W, b)
        if k < len(params) - 1:
            activations[k + 1] = F.relu(activations[k + 1])
    return [activations[-1], [params, activations]]


# %% answer="loss"
def loss(logits, y):
    return F.nll_loss(F.log_softmax(logits, dim=-1), y)


# %% answer="backward"
def backward(cache, y):
    params, activations = cache
    logits = activations[-1]
    delta = (F.softmax(logits, dim=1) - F.one_hot(y, logits.shape[1]).to(logits.dtype)) / logits.shape[0]
    grads = [None] * len(params)
    for k in range(len(params) - 1, -1, -1):
        grads[k] = [torch.einsum("nc,nd->cd", delta, activations[k]), torch.einsum("nc->c", delta)]
        delta = torch.where(activations[k] > 0, torch.einsum("nc,cd->nd", delta, params[k][0]), 0.0)
    return tuple(grads)


# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.argsort(torch.rand(X.shape[0], generator=generator, dtype=torch.float64)).to(X.device)
    return list(zip(X.index_select(0, order).split(B), y.index_select(0, order).split(B)))


# %% answer="evaluate"
def evaluate(params, X, y):
    right = sum((forward(params, Xb)[0].max(dim=1).indices == yb).sum() for Xb, yb in zip(X.split(500), y.split(500)))
    return right.item() / y.shape[0]


# %% answer="seconds_per_epoch"
def seconds_per_epoch(epoch, device, repeats=3):
    def finish():
        if str(device).startswith("cuda"):
            torch.cuda.synchronize()

    times = []
    for k in range(1 + repeats):
        finish()
        start = time.monotonic()
        epoch()
        finish()
        if k:
            times.append(time.monotonic() - start)
    return np.median(times)
