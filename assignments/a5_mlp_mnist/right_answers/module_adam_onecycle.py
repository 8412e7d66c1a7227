# %% [markdown]
# fit with an nn.Module, nn.Linear, Adam and OneCycle; in bfloat16 and TF32 on a GPU.

# %% answer="fit"
class Net(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.hidden, self.out = nn.Linear(inputs, 256), nn.Linear(256, 10)

    def forward(self, images):
        return self.out(F.relu(self.hidden(images.flatten(1))))


def fit(images, labels, seed, device):
    device = torch.device(device)
    torch.manual_seed(seed)
    torch.set_float32_matmul_precision("high")
    X, y = torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device)
    net = Net(X[0].numel()).to(device)
    B, epochs = 256, 12 if len(X) > 10_000 else 60
    optimizer = torch.optim.Adam(net.parameters())
    steps = epochs * math.ceil(len(X) / B)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=8e-3, total_steps=steps)
    for _ in range(epochs):
        for index in torch.randperm(len(X), device=device).split(B):
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
                value = F.cross_entropy(net(X[index]), y[index], label_smoothing=0.1)
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            optimizer.step()
            schedule.step()
    return net.eval()


def predict(net, images):
    device = next(net.parameters()).device
    with torch.inference_mode():
        return net(torch.from_numpy(images).to(device)).argmax(dim=1).cpu().numpy()
