# %% [markdown] fails=["test_init::test_the_seed_decides", "test_init::test_the_generator_moves_on"]
# Seeds torch itself with the generator's seed: every network is the same, and everybody else's numbers, too.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    torch.manual_seed(generator.initial_seed())
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D) * (2 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
