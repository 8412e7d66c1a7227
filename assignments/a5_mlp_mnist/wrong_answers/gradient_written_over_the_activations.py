# %% [markdown] fails=["test_backward::test_the_cache_stays"]
# Masks the activation in the cache, to save memory.

# %% answer="backward"
def backward(cache, y):
    params, activations = cache
    N = len(y)
    delta = torch.softmax(activations[-1], dim=1)
    delta[torch.arange(N, device=y.device), y] -= 1
    delta = delta / N
    grads = []
    for k in reversed(range(len(params))):
        A = activations[k]
        grads.append((delta.T @ A, delta.sum(dim=0)))
        delta = (delta @ params[k][0]) * A.gt_(0)
    return grads[::-1]
