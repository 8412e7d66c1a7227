# %% [markdown] fails=["test_dlogits::test_arguments_stay_as_they_are", "test_linear_grads::test_repeated_batch", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_ten_thousand_examples", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# Computes in the caller's array: after the call Z holds its own gradient.

# %% answer="dlogits"
def dlogits(Z, labels):
    P = Z if Z.dtype == float else Z.astype(float)
    P[:] = softmax(Z)
    P[np.arange(len(labels)), labels] -= 1
    P /= len(P)
    return P
