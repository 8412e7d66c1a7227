# %% [markdown] fails=["test_batches::test_every_example_once", "test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_of_the_examples", "test_train_epoch::test_the_loss_before_the_step"]
# Draws each batch from all examples again.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.randint(len(X), (len(X),), generator=generator).to(X.device)
    return [(X[order[k : k + B]], y[order[k : k + B]]) for k in range(0, len(X), B)]
