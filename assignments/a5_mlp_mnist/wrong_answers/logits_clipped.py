# %% [markdown] fails=["test_loss::test_wrong_by_a_thousand"]
# Clips the logits so that nothing overflows, and nothing costs more than 200.

# %% answer="loss"
def loss(logits, y):
    return F.cross_entropy(logits.clamp(-100, 100), y)
