"""Recipes that climb higher or faster than the reference answer; not handed out, students find their own.

    mixed_epoch(params, X, y, B, lr, dealer)             # plain SGD in bfloat16 and float32
    params = fit_fast(images, labels, seed, device)      # 784-256-10, a CUDA graph of the step
    net = fit_large(images, labels, seed, device)        # 784-1024-1024-10, dropout, random shifts

The last two take what Question 12 takes, and ``predict_fast`` and ``predict_large`` read their results.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SMALL = {"hidden": 256, "epochs": 15, "B": 256, "peak": 6e-3, "decay": 0.1, "smoothing": 0.1}
LARGE = {"hidden": 1024, "epochs": 15, "B": 256, "peak": 2e-3, "decay": 0.1, "smoothing": 0.1} | {
    "dropout": (0.1, 0.3),
    "reach": 2,
}
FEW = 10_000
"""With fewer images than this (the digits of scikit-learn) an epoch is short, and there are more of them."""


def one_cycle(steps, peak, rise=0.3):
    """The learning rate of each step: up to the peak along a cosine, then down to nothing."""
    t = np.linspace(0, 1, steps)
    up, down = np.clip(t / rise, 0, 1), np.clip((t - rise) / (1 - rise), 0, 1)
    return peak * (0.04 + 0.96 * (1 - np.cos(np.pi * up)) / 2) * (1 + np.cos(np.pi * down)) / 2


def recorded(step, device):
    """A function that does what step() does: on a GPU, the replay of a CUDA graph of it."""
    if device.type != "cuda":
        return step
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()

    def replay():
        graph.replay()

    replay.keeps = step  # the graph works on the memory of step's tensors: they have to stay
    return replay


def fast_step(params, X, y, recipe):
    """A function step(examples, rate): one step of AdamW with these examples and this learning rate."""
    weights, biases = ([tensor.requires_grad_() for tensor in kind] for kind in zip(*params))
    groups = [{"params": weights, "weight_decay": recipe["decay"]}, {"params": biases, "weight_decay": 0.0}]
    lr, index = torch.zeros((), device=X.device), torch.zeros(recipe["B"], dtype=torch.int64, device=X.device)
    optimizer = torch.optim.AdamW(groups, lr=lr, fused=True, capturable=X.device.type == "cuda")

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(logits(params, X[index]), y[index], label_smoothing=recipe["smoothing"]).backward()
        optimizer.step()

    run = recorded(step, X.device)
    # The warm-up had a learning rate of 0, so the parameters have not moved; the optimiser's memory is erased.
    for state in optimizer.state.values():
        for memory in state.values():
            memory.zero_()

    def step_on(examples, rate):
        index.copy_(examples)
        for group in optimizer.param_groups:
            group["lr"].copy_(rate)
        run()

    return step_on


def logits(params, X):
    """What a list of (W, b) says, with ReLUs in between."""
    *hidden, (W, b) = params
    for V, c in hidden:
        X = F.relu(F.linear(X, V, c))
    return F.linear(X, W, b)


def mixed_epoch(params, X, y, B, lr, dealer):
    """One epoch of plain SGD for one hidden layer, by hand, in mixed precision; params change where they lie.

    ``X`` is bfloat16, half the bytes and, on processors that know it, twice the products; parameters and loss stay
    float32, because a step is often smaller than the last of bfloat16's eight bits.
    """
    (W, b), (V, c) = params
    rows = torch.arange(B, device=X.device)
    for index in torch.randperm(len(X), generator=dealer, device=X.device).split(B):
        x, t = X.index_select(0, index), y[index]
        half_V = V.to(X.dtype)
        h = F.relu(F.linear(x, W.to(X.dtype), b.to(X.dtype)))
        delta = F.linear(h, half_V, c.to(X.dtype)).float().softmax(dim=1)
        delta[rows[: len(t)], t] -= 1
        delta /= len(t)
        half = delta.to(X.dtype)
        hidden = (half @ half_V).mul_(h.sign())  # a mask of bools would be multiplied more slowly
        V.sub_(half.T @ h, alpha=lr)
        c.sub_(delta.sum(dim=0), alpha=lr)
        W.sub_(hidden.T @ x, alpha=lr)
        b.sub_(hidden.float().sum(dim=0), alpha=lr)


def fit_fast(images, labels, seed, device, recipe=SMALL):
    """One hidden layer; data, order and learning rates live on the device, nothing is looked at before the end."""
    device, generator = torch.device(device), torch.Generator().manual_seed(seed)
    X, y = torch.tensor(images, device=device).flatten(1), torch.tensor(labels, device=device)
    sizes = (X.shape[1], recipe["hidden"], 10)
    params = [
        ((torch.randn(C, D, generator=generator) * math.sqrt(2 / D)).to(device), torch.zeros(C, device=device))
        for D, C in zip(sizes, sizes[1:])
    ]
    step, dealer = fast_step(params, X, y, recipe), torch.Generator(device).manual_seed(seed)
    # A graph has one shape: the smaller last batch waits for another epoch.
    epochs, full = recipe["epochs"] if len(X) > FEW else 50, len(X) // recipe["B"]
    rates = torch.tensor(one_cycle(epochs * full, recipe["peak"]), dtype=torch.float32, device=device)
    rates = iter(rates.unbind())
    for _ in range(epochs):
        order = torch.randperm(len(X), generator=dealer, device=device)
        for examples in order.split(recipe["B"])[:full]:
            step(examples, next(rates))
    return params


def predict_fast(params, images):
    """The digit in each image, as int64 labels."""
    with torch.no_grad():
        X = torch.tensor(images, device=params[0][0].device).flatten(1)
        return logits(params, X).argmax(dim=1).cpu()


def shifted(images, generator, reach):
    """Each image moved by up to `reach` pixels in both directions, another way each time."""
    N, height, width = images.shape
    padded = F.pad(images, (reach,) * 4)
    down, right = torch.randint(0, 2 * reach + 1, (2, N, 1), generator=generator).to(images.device)
    rows = torch.arange(height, device=images.device) + down
    columns = torch.arange(width, device=images.device) + right
    return padded[torch.arange(N, device=images.device)[:, None, None], rows[:, :, None], columns[:, None, :]]


def large_net(inputs, hidden, dropout):
    """Two wide hidden layers with dropout."""
    first, between = dropout
    return nn.Sequential(
        *(nn.Flatten(), nn.Dropout(first), nn.Linear(inputs, hidden), nn.ReLU()),
        *(nn.Dropout(between), nn.Linear(hidden, hidden), nn.ReLU()),
        *(nn.Dropout(between), nn.Linear(hidden, 10)),
    )


def fit_large(images, labels, seed, device, recipe=LARGE):
    """Two hidden layers, dropout, label smoothing, and images that are shifted at random."""
    generator = torch.Generator().manual_seed(seed)
    X, y = torch.tensor(images, device=device), torch.tensor(labels, device=device)
    with torch.random.fork_rng():
        torch.manual_seed(seed)  # nn.Linear and nn.Dropout draw from the global generator
        net = large_net(X[0].numel(), recipe["hidden"], recipe["dropout"]).to(device)
        optimizer = torch.optim.AdamW(net.parameters(), weight_decay=recipe["decay"], fused=True)
        epochs = recipe["epochs"] if len(X) > FEW else 100
        steps = epochs * math.ceil(len(X) / recipe["B"])
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=recipe["peak"], total_steps=steps)
        for _ in range(epochs):
            for index in torch.randperm(len(X), generator=generator).to(X.device).split(recipe["B"]):
                optimizer.zero_grad()
                scores = net(shifted(X[index], generator, recipe["reach"]))
                F.cross_entropy(scores, y[index], label_smoothing=recipe["smoothing"]).backward()
                optimizer.step()
                schedule.step()
    return net.eval()


def predict_large(net, images):
    """The digit in each image, as int64 labels."""
    with torch.no_grad():
        return net(torch.tensor(images, device=next(net.parameters()).device)).argmax(dim=1).cpu()
