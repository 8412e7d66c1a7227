# %% [markdown] fails=["test_init::test_variance", "test_init::test_normal", "test_init::test_biases", "test_init::test_no_copies", "test_init::test_the_seed_decides", "test_init::test_the_generator_moves_on"]
# Zero is a neutral beginning, and every hidden unit stays like every other.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.zeros(C, D)
        params.append((W.to(device), torch.zeros(C).to(device)))
    return params
