# %% [markdown] fails=["test_loss::test_wrong_by_a_thousand"]
# Rounds the probability to zero, and takes its logarithm.

# %% answer="loss"
def loss(logits, y):
    P = torch.softmax(logits, dim=1)
    return -P[torch.arange(len(y), device=y.device), y].log().mean()
