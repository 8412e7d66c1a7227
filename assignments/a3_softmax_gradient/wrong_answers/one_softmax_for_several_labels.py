# %% [markdown] fails=["test_sigmoid_cross_entropy::test_loss", "test_sigmoid_cross_entropy::test_gradient", "test_sigmoid_cross_entropy::test_one_class", "test_sigmoid_cross_entropy::test_wrong_by_a_thousand"]
# Takes a softmax where each class needs a sigmoid of its own.

# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    return float(-np.sum(Y * log_softmax(Z)) / len(Z)), (softmax(Z) - Y) / len(Z)
