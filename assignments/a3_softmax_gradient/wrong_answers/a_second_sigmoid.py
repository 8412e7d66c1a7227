# %% [markdown] fails=["test_sigmoid_cross_entropy::test_loss", "test_sigmoid_cross_entropy::test_one_class", "test_sigmoid_cross_entropy::test_wrong_by_a_thousand"]
# The slide of UT first example to the letter: the sigmoid of a sigmoid.

# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    p = sigmoid(sigmoid(Z))
    losses = -Y * np.log(p) - (1 - Y) * np.log(1 - p)
    return float(np.sum(losses) / len(Z)), (sigmoid(Z) - Y) / len(Z)
