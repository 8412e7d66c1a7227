# %% [markdown] fails=["test_sigmoid_cross_entropy::test_loss", "test_sigmoid_cross_entropy::test_one_class", "test_sigmoid_cross_entropy::test_wrong_by_a_thousand"]
# Counts only the classes with the label 1, as one softmax would.

# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    losses = Y * np.logaddexp(0, -Z)
    return float(np.sum(losses) / len(Z)), (sigmoid(Z) - Y) / len(Z)
