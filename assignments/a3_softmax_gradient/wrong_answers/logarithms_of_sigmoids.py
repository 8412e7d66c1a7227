# %% [markdown] fails=["test_sigmoid_cross_entropy::test_wrong_by_a_thousand"]
# Takes the logarithm of the sigmoid: infinite, or 0 times infinity, far away from 0.

# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    p = sigmoid(Z)
    losses = -Y * np.log(p) - (1 - Y) * np.log(1 - p)
    return float(np.sum(losses) / len(Z)), (p - Y) / len(Z)
