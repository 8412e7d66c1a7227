# %% [markdown] fails=["test_backward::test_wrong_by_thousands"]
# Exponentiates the raw logits.

# %% answer="backward"
def backward(cache, y):
    params, activations = cache
    N = len(y)
    delta = activations[-1].exp() / activations[-1].exp().sum(dim=1, keepdim=True)
    delta[torch.arange(N, device=y.device), y] -= 1
    delta = delta / N
    grads = []
    for k in reversed(range(len(params))):
        A = activations[k]
        grads.append((delta.T @ A, delta.sum(dim=0)))
        delta = (delta @ params[k][0]) * (A > 0)
    return grads[::-1]
