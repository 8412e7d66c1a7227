# %% [markdown] fails=["test_loss::test_nothing_is_changed"]
# logits -= ... is the caller's tensor.

# %% answer="loss"
def loss(logits, y):
    logits -= logits.max(dim=1, keepdim=True).values
    return F.cross_entropy(logits, y)
