# %% [markdown] fails=["test_loss::test_four_predictions", "test_loss::test_logits", "test_loss::test_wrong_by_a_thousand", "test_train_epoch::test_the_loss_of_the_examples", "test_train_epoch::test_the_loss_before_the_step"]
# The mean squared distance to the one-hot labels.

# %% answer="loss"
def loss(logits, y):
    return F.mse_loss(torch.softmax(logits, dim=1), F.one_hot(y, logits.shape[1]).to(logits.dtype))
