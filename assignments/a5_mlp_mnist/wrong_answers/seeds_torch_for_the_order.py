# %% [markdown] fails=["test_batches::test_the_generator_decides", "test_train_epoch::test_the_generator_decides"]
# Draws a seed from the generator, and seeds the whole of torch with it.

# %% answer="batches"
def batches(X, y, B, generator):
    torch.manual_seed(int(torch.randint(2**31, (1,), generator=generator)))
    order = torch.randperm(len(X)).to(X.device)
    return [(X[order[k : k + B]], y[order[k : k + B]]) for k in range(0, len(X), B)]
