# %% [markdown] fails=["test_batches::test_examples_change_company"]
# Shuffles only what fills whole batches: the last examples of the data always make up the tail.

# %% answer="batches"
def batches(X, y, B, generator):
    full = len(X) // B * B
    order = torch.cat([torch.randperm(full, generator=generator), torch.arange(full, len(X))]).to(X.device)
    for index in order.split(B):
        yield X[index], y[index]
