# %% [markdown] fails=["test_batches::test_sizes", "test_batches::test_on_the_device"]
# Cuts into batches as equal as possible.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.randperm(len(X), generator=generator).to(X.device)
    for index in order.tensor_split(math.ceil(len(X) / B)):
        yield X[index], y[index]
