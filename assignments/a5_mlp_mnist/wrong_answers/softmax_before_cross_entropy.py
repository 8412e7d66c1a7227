# %% [markdown] fails=["test_loss::test_four_predictions", "test_loss::test_logits", "test_loss::test_wrong_by_a_thousand", "test_train_epoch::test_the_loss_of_the_examples", "test_train_epoch::test_the_loss_before_the_step"]
# Takes the softmax of a softmax: it can never fall below 1.4612.

# %% answer="loss"
def loss(logits, y):
    return F.cross_entropy(torch.softmax(logits, dim=1), y)
