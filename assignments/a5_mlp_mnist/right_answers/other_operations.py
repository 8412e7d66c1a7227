# %% [markdown]
# Other tensors on the way: addmm, scatter_add, the sign of an activation for its mask, all parameters in one foreach.

# %% answer="forward"
def forward(params, X):
    activations = (X,)
    for number, (W, b) in enumerate(params):
        Z = torch.addmm(b, activations[-1], W.t())
        activations += (Z,) if number + 1 == len(params) else (torch.maximum(Z, torch.zeros_like(Z)),)
    return activations[-1], (params, list(activations))


# %% answer="loss"
def loss(logits, y):
    shifted = logits - logits.amax(dim=1, keepdim=True)
    return (shifted.exp().sum(dim=1).log() - shifted[torch.arange(len(y), device=y.device), y]).sum() / len(y)


# %% answer="backward"
def backward(cache, y):
    params, activations = cache
    shifted = activations[-1] - activations[-1].max(dim=1, keepdim=True)[0]
    delta = shifted.exp()
    delta = delta.div(delta.sum(dim=1, keepdim=True))
    delta = delta.scatter_add(1, y.unsqueeze(1), -torch.ones_like(delta[:, :1])).mul(1 / len(y))
    grads = []
    for (W, _), A in zip(reversed(params), reversed(activations[:-1])):
        grads.insert(0, (delta.t().mm(A), delta.t().sum(1)))
        delta = delta.mm(W).mul(A.sign())
    return grads


# %% answer="batches"
def batches(X, y, B, generator):
    left = torch.randperm(len(X), generator=generator)
    while len(left):
        yield X[left[:B].to(X.device)], y[left[:B].to(X.device)]
        left = left[B:]


# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    losses, sizes = [], []
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        losses.append(loss(logits, yb))
        sizes.append(len(yb))
        grads = backward(cache, yb)
        torch._foreach_add_([p for pair in params for p in pair], [g for pair in grads for g in pair], alpha=-lr)
    return float(torch.dot(torch.stack(losses), torch.tensor(sizes, dtype=X.dtype, device=X.device))) / sum(sizes)
