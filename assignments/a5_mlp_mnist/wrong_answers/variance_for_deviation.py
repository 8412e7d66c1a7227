# %% [markdown] fails=["test_init::test_variance"]
# Multiplies by the variance: the variance of that is (2/D) squared.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D, generator=generator) * (2 / D)
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
