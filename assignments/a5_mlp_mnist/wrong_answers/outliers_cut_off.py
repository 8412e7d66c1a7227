# %% [markdown] fails=["test_init::test_normal"]
# Cuts the normal distribution off at two standard deviations.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D, generator=generator).clamp(-2, 2) * (2 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
