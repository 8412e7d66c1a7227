# %% [markdown] fails=["test_fit::test_the_ladder"]
# Returns ten logits for each image; the label is the index of the largest.

# %% answer="fit"
def fit(images, labels, seed, device):
    torch.manual_seed(seed)
    X, y = torch.tensor(images, device=device).flatten(1), torch.tensor(labels, device=device)
    net = nn.Sequential(nn.Linear(X.shape[1], 64), nn.ReLU(), nn.Linear(64, 10)).to(device)
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    for _ in range(max(2, 20_000 // len(X))):
        for index in torch.randperm(len(X)).to(device).split(64):
            optimizer.zero_grad()
            F.cross_entropy(net(X[index]), y[index]).backward()
            optimizer.step()
    return net


def predict(net, images):
    with torch.no_grad():
        return net(torch.tensor(images, device=next(net.parameters()).device).flatten(1))
