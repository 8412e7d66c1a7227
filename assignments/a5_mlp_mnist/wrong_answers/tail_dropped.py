# %% [markdown] fails=["test_batches::test_every_example_once", "test_batches::test_sizes", "test_batches::test_images", "test_batches::test_on_the_device", "test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_of_the_examples"]
# Drops the last batch when it is smaller.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.randperm(len(X), generator=generator).to(X.device)
    return [(X[order[k : k + B]], y[order[k : k + B]]) for k in range(0, len(X) - B + 1, B)]
