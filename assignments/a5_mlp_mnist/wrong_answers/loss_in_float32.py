# %% [markdown] fails=["test_loss::test_a_tensor_without_dimensions"]
# Casts to the type of training.

# %% answer="loss"
def loss(logits, y):
    return F.cross_entropy(logits.float(), y)
