# %% [markdown]
# fit with the notebook's own functions and nothing else: backward by hand, momentum by hand, a falling rate.

# %% answer="fit"
def fit(images, labels, seed, device):
    generator = torch.Generator().manual_seed(seed)
    X, y = torch.tensor(images, device=device).flatten(1), torch.tensor(labels, device=device)
    params = init([X.shape[1], 300, 10], generator, device)
    velocities = [[torch.zeros_like(tensor) for tensor in pair] for pair in params]
    B = 100
    epochs = 14 if len(X) > 10_000 else 80
    steps, step = epochs * math.ceil(len(X) / B), 0
    for _ in range(epochs):
        for Xb, yb in batches(X, y, B, generator):
            lr = 0.1 * (1 + math.cos(math.pi * step / steps)) / 2
            step += 1
            for pair, moving, grads in zip(params, velocities, backward(forward(params, Xb)[1], yb)):
                for tensor, velocity, gradient in zip(pair, moving, grads):
                    velocity.mul_(0.9).add_(gradient)
                    tensor.sub_(lr * velocity)
    return {f"layer {k}": pair for k, pair in enumerate(params)}


def predict(params, images):
    pairs = list(params.values())
    X = torch.as_tensor(images).reshape(len(images), -1).to(pairs[0][0].device)
    return torch.cat([forward(pairs, part)[0].argmax(1) for part in X.split(1000)])
