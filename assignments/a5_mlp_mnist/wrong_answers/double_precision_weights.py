# %% [markdown] fails=["test_init::test_shapes"]
# float64, twice the memory, and torch will not mix it with float32.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D, generator=generator, dtype=torch.float64) * (2 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
