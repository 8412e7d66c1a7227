# %% [markdown] fails=["test_init::test_biases"]
# Draws the biases, too.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D, generator=generator) * (2 / D) ** 0.5
        params.append((W.to(device), 0.01 * torch.randn(C, generator=generator).to(device)))
    return params
