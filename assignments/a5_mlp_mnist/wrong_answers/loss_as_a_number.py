# %% [markdown] fails=["test_loss::test_a_tensor_without_dimensions", "test_train_epoch::test_one_number_at_the_end"]
# .item() takes the loss off the device.

# %% answer="loss"
def loss(logits, y):
    return F.cross_entropy(logits, y).item()
