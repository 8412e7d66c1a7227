# %% [markdown]
# PyTorch does the work, autograd included, and tensors come out.

# %% answer="softmax"
import torch
import torch.nn.functional as F


def softmax(Z):
    return torch.softmax(torch.tensor(Z, dtype=torch.float64), dim=1)


# %% answer="log_softmax"
def log_softmax(Z):
    return torch.log_softmax(torch.tensor(Z, dtype=torch.float64), dim=1)


# %% answer="one_hot"
def one_hot(labels, C):
    return F.one_hot(torch.tensor(labels.astype(np.int64)), C)


# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    return F.cross_entropy(torch.tensor(Z, dtype=torch.float64), torch.tensor(labels.astype(np.int64)))


# %% answer="dlogits"
def dlogits(Z, labels):
    Z = torch.tensor(Z, dtype=torch.float64, requires_grad=True)
    F.cross_entropy(Z, torch.tensor(labels.astype(np.int64))).backward()
    return Z.grad


# %% answer="softmax_jacobian"
def softmax_jacobian(z):
    return torch.autograd.functional.jacobian(lambda s: torch.softmax(s, dim=0), torch.tensor(z))


# %% answer="through_jacobian"
def through_jacobian(z, label):
    z = torch.tensor(z, requires_grad=True)
    (-torch.log_softmax(z, dim=0)[label]).backward()
    return z.grad


# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    W, b = (torch.tensor(p, requires_grad=True) for p in (W, b))
    loss = F.cross_entropy(torch.tensor(X) @ W.T + b, torch.tensor(labels.astype(np.int64)))
    loss.backward()
    return loss.detach(), W.grad, b.grad


# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    Z = torch.tensor(Z, requires_grad=True)
    loss = F.cross_entropy(Z / T, torch.tensor(Y))
    loss.backward()
    return loss, Z.grad


# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    Z = torch.tensor(Z, dtype=torch.float64, requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(Z, torch.tensor(Y, dtype=torch.float64), reduction="sum") / len(Z)
    loss.backward()
    return loss, Z.grad


# %% answer="loop_grads"
def loop_grads(X, dZ):
    return torch.tensor(dZ).T @ torch.tensor(X), torch.tensor(dZ).sum(dim=0)
