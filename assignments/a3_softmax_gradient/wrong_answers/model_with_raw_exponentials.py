# %% [markdown] fails=["test_linear_grads::test_scores_that_lie_far_apart"]
# Has a softmax of its own, without the shift.

# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    P = np.exp(X @ W.T + b)
    P /= P.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(P[np.arange(len(X)), labels]))
    P[np.arange(len(X)), labels] -= 1
    P /= len(X)
    return loss, P.T @ X, P.sum(axis=0)
