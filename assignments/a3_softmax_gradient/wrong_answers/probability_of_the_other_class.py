# %% [markdown] fails=["test_two_classes::test_sigmoid_is_a_softmax", "test_two_classes::test_sigmoid_of_large_scores"]
# softmax([0, a])[0] instead of softmax([a, 0])[0].

# %% answer="sigmoid"
def sigmoid(a):
    return 1 / (1 + np.exp(np.minimum(a, 700)))
