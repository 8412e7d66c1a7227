# %% [markdown] fails=["test_two_classes::test_loss", "test_two_classes::test_wrong_by_a_thousand"]
# The slide of 004 to the letter: the sigmoid of a sigmoid.

# %% answer="bce_with_logits"
def bce_with_logits(a, y):
    p = sigmoid(sigmoid(a))
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)))
