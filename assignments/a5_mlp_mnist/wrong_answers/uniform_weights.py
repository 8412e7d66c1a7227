# %% [markdown] fails=["test_init::test_normal"]
# The right variance, from a uniform distribution.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = (2 * torch.rand(C, D, generator=generator) - 1) * (6 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
