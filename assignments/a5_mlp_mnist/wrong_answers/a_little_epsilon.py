# %% [markdown] fails=["test_loss::test_wrong_by_a_thousand"]
# Adds 1e-12 in front of the logarithm: finite, and never more than 27.6.

# %% answer="loss"
def loss(logits, y):
    P = torch.softmax(logits, dim=1)
    return -(P[torch.arange(len(y), device=y.device), y] + 1e-12).log().mean()
