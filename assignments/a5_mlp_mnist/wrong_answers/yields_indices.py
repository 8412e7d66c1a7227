# %% [markdown] fails=["test_batches::test_every_example_once", "test_batches::test_sizes", "test_batches::test_pairs_stay_together", "test_batches::test_examples_change_company", "test_batches::test_the_generator_decides", "test_batches::test_a_new_order_each_epoch", "test_batches::test_images", "test_batches::test_the_data_stay", "test_batches::test_on_the_device", "test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_of_the_examples", "test_train_epoch::test_the_loss_before_the_step", "test_train_epoch::test_a_float", "test_train_epoch::test_one_number_at_the_end", "test_train_epoch::test_the_generator_decides", "test_train_epoch::test_the_data_stay", "test_train_epoch::test_learns_by_heart"]
# Yields index tensors, as the assignment before did.

# %% answer="batches"
def batches(X, y, B, generator):
    yield from torch.randperm(len(X), generator=generator).split(B)
