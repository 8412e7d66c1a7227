# %% [markdown] fails=["test_init::test_normal"]
# Draws the last layer from a uniform distribution, with the right variance.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for number, (D, C) in enumerate(zip(sizes, sizes[1:]), 2):
        if 2 < number == len(sizes):
            W = math.sqrt(3) * (2 * torch.rand(C, D, generator=generator) - 1)
        else:
            W = torch.randn(C, D, generator=generator)
        params.append(((W * math.sqrt(2 / D)).to(device), torch.zeros(C, device=device)))
    return params
