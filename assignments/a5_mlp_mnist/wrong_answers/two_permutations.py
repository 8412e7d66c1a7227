# %% [markdown] fails=["test_batches::test_pairs_stay_together", "test_batches::test_images", "test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_of_the_examples", "test_train_epoch::test_the_loss_before_the_step", "test_train_epoch::test_learns_by_heart"]
# Shuffles the images, then the labels.

# %% answer="batches"
def batches(X, y, B, generator):
    X = X[torch.randperm(len(X), generator=generator).to(X.device)]
    y = y[torch.randperm(len(y), generator=generator).to(X.device)]
    return list(zip(X.split(B), y.split(B)))
