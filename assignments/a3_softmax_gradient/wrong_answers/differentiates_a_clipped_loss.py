# %% [markdown] fails=["test_dlogits::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart"]
# Where p is below 1e-12 the clipped loss is flat, and so its gradient is 0.

# %% answer="dlogits"
def dlogits(Z, labels):
    P = softmax(Z)
    alive = P[np.arange(len(labels)), labels] > 1e-12
    return (P - one_hot(labels, Z.shape[1])) * alive[:, None] / len(Z)
