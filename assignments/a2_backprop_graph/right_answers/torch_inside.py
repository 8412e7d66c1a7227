# %% [markdown]
# Lets torch differentiate: the cache is an object that holds torch's own graph, and some results are tensors.

# %% answer="wx2_forward"
import torch


class Recorded:
    """An output with the leaves it was made of."""

    def __init__(self, out, *leaves):
        self.out, self.leaves = out, leaves

    def backward(self, dout):
        return torch.autograd.grad(self.out, self.leaves, torch.tensor(dout).to(self.out), retain_graph=True)


def leaves(*arrays):
    return (torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in arrays)


def wx2_forward(W, x):
    W, x = leaves(W, x)
    f = ((W @ x) ** 2).sum()
    return f.item(), Recorded(f, W, x)


# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    return cache.backward(dout)


# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    W, X = leaves(W, X)
    L = ((X @ W.T) ** 2).sum(dim=1).mean()
    return L.detach(), Recorded(L, W, X)


def wx2_batch_backward(cache, dout=1.0):
    return tuple(gradient.numpy() for gradient in cache.backward(dout))


# %% answer="sigmoid_gate"
def sigmoid(x):
    return torch.sigmoid(torch.tensor(x)).numpy()


def sigmoid_backward(dout, x):
    x = torch.tensor(x, requires_grad=True)
    torch.sigmoid(x).backward(torch.tensor(dout))
    return x.grad.numpy()
