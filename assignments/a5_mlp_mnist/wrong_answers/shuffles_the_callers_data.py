# %% [markdown] fails=["test_batches::test_the_data_stay", "test_train_epoch::test_the_data_stay"]
# X[:] = X[order] shuffles the data themselves.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.randperm(len(X), generator=generator).to(X.device)
    X[:], y[:] = X[order], y[order]
    return list(zip(X.clone().split(B), y.clone().split(B)))
