# %% [markdown] fails=["test_batches::test_on_the_device"]
# Shuffles in NumPy: every batch travels to the CPU and back.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.randperm(len(X), generator=generator).numpy()
    images, labels = X.cpu().numpy(), y.cpu().numpy()
    for k in range(0, len(X), B):
        index = order[k : k + B]
        yield torch.from_numpy(images[index]).to(X.device), torch.from_numpy(labels[index]).to(X.device)
