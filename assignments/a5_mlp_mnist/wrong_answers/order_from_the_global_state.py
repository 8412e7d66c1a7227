# %% [markdown] fails=["test_batches::test_the_generator_decides", "test_train_epoch::test_the_generator_decides"]
# Does not pass the generator on.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.randperm(len(X)).to(X.device)
    return [(X[order[k : k + B]], y[order[k : k + B]]) for k in range(0, len(X), B)]
