# %% [markdown] fails=["test_dlogits::test_arguments_stay_as_they_are", "test_softmax::test_scores_stay_as_they_are", "test_softmax_jacobian::test_scores_stay_as_they_are"]
# Shifts the caller's array in place.

# %% answer="softmax"
def softmax(Z):
    Z = np.asarray(Z)
    if Z.dtype.kind == "f":
        Z -= Z.max(axis=1, keepdims=True)
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
