# %% [markdown] fails=["test_init::test_the_generator_moves_on"]
# Draws from a copy, to leave the caller's generator as it is.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    generator = torch.Generator().set_state(generator.get_state())
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D, generator=generator) * (2 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
