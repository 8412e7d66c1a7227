# %% [markdown] fails=["test_backward::test_the_cache_stays"]
# Turns the logits of the cache into gradients where they lie.

# %% answer="backward"
def backward(cache, y):
    params, activations = cache
    N = len(y)
    delta = activations[-1]
    delta.copy_(torch.softmax(delta, dim=1))
    delta[torch.arange(N, device=y.device), y] -= 1
    delta = delta / N
    grads = []
    for k in reversed(range(len(params))):
        A = activations[k]
        grads.append((delta.T @ A, delta.sum(dim=0)))
        delta = (delta @ params[k][0]) * (A > 0)
    return grads[::-1]
