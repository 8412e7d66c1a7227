# %% [markdown]
# train_epoch with autograd and torch.optim.SGD on the caller's own tensors; a DataLoader that yields only indices.

# %% answer="batches"
def batches(X, y, B, generator):
    from torch.utils.data import BatchSampler, RandomSampler

    for index in BatchSampler(RandomSampler(range(len(X)), generator=generator), B, drop_last=False):
        yield X[index], y[index]


# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    leaves = [tensor.requires_grad_() for pair in params for tensor in pair]
    optimizer = torch.optim.SGD(leaves, lr=lr)
    losses = []
    for Xb, yb in batches(X, y, B, generator):
        optimizer.zero_grad()
        value = F.cross_entropy(forward(params, Xb)[0], yb)
        value.backward()
        optimizer.step()
        losses.append(value.detach() * len(yb))
    for leaf in leaves:
        leaf.requires_grad_(False)
    return (torch.stack(losses).sum() / len(X)).item()


# %% answer="init"
def init(sizes, generator, device):
    params = [
        (torch.normal(0.0, math.sqrt(2 / D), (C, D), generator=generator), torch.zeros(C))
        for D, C in zip(sizes[:-1], sizes[1:])
    ]
    return [tuple(nn.Parameter(tensor.to(device), requires_grad=False) for tensor in pair) for pair in params]


# %% answer="evaluate"
@torch.no_grad()
def evaluate(params, X, y):
    return np.mean((forward(params, X)[0].argmax(dim=1) == y).cpu().numpy()).item()


# %% answer="pick_device"
def pick_device():
    if torch.cuda.is_available():
        return torch.device("cuda:0")
    return torch.device("cpu")
