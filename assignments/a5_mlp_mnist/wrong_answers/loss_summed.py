# %% [markdown] fails=["test_loss::test_four_predictions", "test_loss::test_logits", "test_loss::test_mean", "test_train_epoch::test_the_loss_of_the_examples"]
# Sums over the batch: twice the batch, twice the loss, and twice the learning rate.

# %% answer="loss"
def loss(logits, y):
    return F.cross_entropy(logits, y, reduction="sum")
