# %% [markdown] fails=["test_loss::test_wrong_by_a_thousand"]
# e^1000 is inf.

# %% answer="loss"
def loss(logits, y):
    right = logits[torch.arange(len(y), device=y.device), y]
    return (logits.exp().sum(dim=1).log() - right).mean()
