# %% [markdown] fails=["test_cross_entropy::test_value", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# Takes the mean over the rows first and picks the labels then: every row pays for every label.

# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    return float(-np.mean(np.mean(log_softmax(Z), axis=0)[labels]))
