# %% [markdown] fails=["test_init::test_on_the_device"]
# Moves the weights, and makes the biases where the CPU is.

# %% answer="init"
def init(sizes, generator, device):
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D, generator=generator) * (2 / D) ** 0.5
        params.append((W.to(device), torch.zeros(C)))
    return params
