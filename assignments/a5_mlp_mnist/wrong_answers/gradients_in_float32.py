# %% [markdown] fails=["test_backward::test_the_type_stays"]
# Casts to the type of training.

# %% answer="backward"
def backward(cache, y):
    params, activations = [(W.float(), b.float()) for W, b in cache[0]], [A.float() for A in cache[1]]
    N = len(y)
    delta = torch.softmax(activations[-1], dim=1)
    delta[torch.arange(N, device=y.device), y] -= 1
    delta = delta / N
    grads = []
    for k in reversed(range(len(params))):
        A = activations[k]
        grads.append((delta.T @ A, delta.sum(dim=0)))
        delta = (delta @ params[k][0]) * (A > 0)
    return grads[::-1]
