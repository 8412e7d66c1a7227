# %% [markdown] fails=["test_loss::test_wrong_by_a_thousand"]
# Where the sum of exponentials overflows, puts the largest logit in place of its logarithm.

# %% answer="loss"
def loss(logits, y):
    total = logits.exp().sum(dim=1).log()
    total = torch.where(total.isfinite(), total, logits.amax(dim=1))
    return (total - logits.gather(1, y[:, None]).squeeze(1)).mean()
