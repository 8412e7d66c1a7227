# %% [markdown] fails=["test_init::test_variance", "test_init::test_normal", "test_init::test_no_copies"]
# Draws one row of weights and gives it to every unit.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(1, D, generator=generator).repeat(C, 1) * (2 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
