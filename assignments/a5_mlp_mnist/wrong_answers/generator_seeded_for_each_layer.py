# %% [markdown] fails=["test_init::test_no_copies", "test_init::test_the_generator_moves_on"]
# Resets the generator to its seed for every layer: equal layers begin equal.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        generator.manual_seed(generator.initial_seed())
        W = torch.randn(C, D, generator=generator) * (2 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
