# %% [markdown] fails=["test_loss::test_four_predictions", "test_loss::test_logits", "test_loss::test_mean", "test_loss::test_wrong_by_a_thousand", "test_loss::test_a_tensor_without_dimensions", "test_loss::test_nothing_is_changed"]
# A tensor of shape (1,) has a dimension.

# %% answer="loss"
def loss(logits, y):
    return F.cross_entropy(logits, y).reshape(1)
