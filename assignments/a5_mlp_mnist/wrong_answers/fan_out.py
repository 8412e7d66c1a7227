# %% [markdown] fails=["test_init::test_variance"]
# Counts the outputs of the layer instead of its inputs.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D, generator=generator) * (2 / C) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
