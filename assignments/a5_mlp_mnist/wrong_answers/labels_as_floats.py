# %% [markdown] fails=["test_batches::test_pairs_stay_together", "test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_of_the_examples", "test_train_epoch::test_the_loss_before_the_step", "test_train_epoch::test_a_float", "test_train_epoch::test_one_number_at_the_end", "test_train_epoch::test_the_generator_decides", "test_train_epoch::test_the_data_stay", "test_train_epoch::test_learns_by_heart"]
# Gives the labels the type of the images.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.randperm(len(X), generator=generator).to(X.device)
    return [(X[order[k : k + B]], y[order[k : k + B]].to(X.dtype)) for k in range(0, len(X), B)]
