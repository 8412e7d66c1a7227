# %% [markdown] fails=["test_cross_entropy::test_arguments_stay_as_they_are", "test_log_softmax::test_scores_stay_as_they_are"]
# Shifts the caller's array in place.

# %% answer="log_softmax"
def log_softmax(Z):
    if Z.dtype == float:
        Z -= Z.max(axis=1, keepdims=True)
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
