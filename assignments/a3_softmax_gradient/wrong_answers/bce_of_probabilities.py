# %% [markdown] fails=["test_two_classes::test_wrong_by_a_thousand"]
# Takes the logarithm of the sigmoid: infinite, or 0 times infinity, far away from 0.

# %% answer="bce_with_logits"
def bce_with_logits(a, y):
    p = sigmoid(a)
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)))
