# %% [markdown] fails=["test_batches::test_images"]
# Makes rows of the images on the way.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.randperm(len(X), generator=generator).to(X.device)
    return [(X[order[k : k + B]].flatten(1), y[order[k : k + B]]) for k in range(0, len(X), B)]
