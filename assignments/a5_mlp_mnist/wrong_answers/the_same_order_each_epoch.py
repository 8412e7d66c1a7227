# %% [markdown] fails=["test_batches::test_a_new_order_each_epoch"]
# Seeds the generator again in each epoch, for reproducibility.

# %% answer="batches"
def batches(X, y, B, generator):
    generator.manual_seed(generator.initial_seed())
    order = torch.randperm(len(X), generator=generator).to(X.device)
    return [(X[order[k : k + B]], y[order[k : k + B]]) for k in range(0, len(X), B)]
