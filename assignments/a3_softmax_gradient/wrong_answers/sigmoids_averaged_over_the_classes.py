# %% [markdown] fails=["test_sigmoid_cross_entropy::test_loss", "test_sigmoid_cross_entropy::test_gradient", "test_sigmoid_cross_entropy::test_wrong_by_a_thousand"]
# Takes the mean over all N times C entries, as torch does unless told otherwise.

# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    losses = np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))
    return float(np.mean(losses)), (sigmoid(Z) - Y) / Z.size
