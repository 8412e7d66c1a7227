# %% [markdown] fails=["test_loss::test_wrong_by_a_thousand"]
# Subtracts the largest logit of the whole batch: in a row far below it every exponential is 0.

# %% answer="loss"
def loss(logits, y):
    shifted = logits - logits.max()
    return (shifted.exp().sum(dim=1).log() - shifted.gather(1, y[:, None]).squeeze(1)).mean()
