# %% [markdown] fails=["test_two_classes::test_sigmoid_of_large_scores"]
# exp(a) / (1 + exp(a)): inf/inf for large scores.

# %% answer="sigmoid"
def sigmoid(a):
    return np.exp(a) / (1 + np.exp(a))
