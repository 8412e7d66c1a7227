# %% [markdown] fails=["test_init::test_shapes", "test_init::test_variance", "test_init::test_normal", "test_init::test_biases", "test_init::test_the_seed_decides", "test_init::test_the_generator_moves_on", "test_init::test_on_the_device"]
# W of shape (D, C).

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(D, C, generator=generator) * (2 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
