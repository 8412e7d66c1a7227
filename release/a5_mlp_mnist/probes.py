"""What can be asked about a function without looking at its code, by you and by the grader.

Does it read numbers out of tensors while it trains? Do its results lie where its data lie? Does it leave random numbers
as they were? Try these on your own functions: `elsewhere(batches, X, y, 64, generator)`.
"""

import torch
from torch.overrides import TorchFunctionMode


def surroundings():
    """What a function must leave alone: the state of torch's global random numbers, and whether gradients are on."""
    return torch.get_rng_state(), torch.is_grad_enabled()


def twice(f, *args):
    """What f gives in two calls in a row with the same arguments, as two lists."""
    return list(f(*args)), list(f(*args))


def described(f, *args):
    """What f gives: the name of its type, and itself in words."""
    value = f(*args)
    return type(value).__name__, str(value)


def pretending(gpu, f, *args):
    """The same, while torch.cuda.is_available() says what `gpu` says: True or False."""
    truth = torch.cuda.is_available
    torch.cuda.is_available = lambda: gpu
    try:
        return described(f, *args)
    finally:
        torch.cuda.is_available = truth


def quietly(f, *args):
    """Whether f works quietly: surroundings() before and after f(*args), with gradients on at first, and with them off."""
    seen = []
    for on in (True, False):
        with torch.set_grad_enabled(on):
            before = surroundings()
            f(*args)
            seen.append((before, surroundings()))
    return seen


def held(f, params, *args):
    """What f(params, *args) gives, and the tensors that lay in params before the call, as they are after it."""
    pairs = [tuple(pair) for pair in params]
    return f(params, *args), pairs


def elsewhere(f, *args):
    """The device and the shape of each tensor that f gives, when the tensors in args lie on "meta".

    That is a device of torch's with shapes and without numbers. A function that makes its own tensors on the CPU, or
    copies something from the device to the CPU, ends there with an error; on a GPU it would be slow, or end, too.
    """
    return _places(f(*(value.to("meta") if isinstance(value, torch.Tensor) else value for value in args)))


def _places(value):
    if isinstance(value, torch.Tensor):
        return value.device.type, tuple(value.shape)
    return [_places(part) for part in value]


def readings(f, *args):
    """How often f reads a number out of a tensor: .item(), float(...), an `if` on a tensor. A GPU stops for each of them.

    Integers do not count: the order of the examples lies on the CPU anyway.
    """
    with _Readings() as seen:
        f(*args)
    return seen.count


class _Readings(TorchFunctionMode):
    """Sees every call of torch, and counts those that hand fractions or truth values to Python."""

    NAMES = frozenset("item tolist numpy __float__ __int__ __bool__ __format__ __repr__".split())
    count = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__name__", "") in self.NAMES and args:
            self.count += args[0].dtype == torch.bool or args[0].dtype.is_floating_point
        return function(*args, **(kwargs or {}))


def queued(device, products=20, size=4096):
    """An "epoch" that a GPU is only asked for: it puts products of large matrices on the list, and does not wait.

    On a CPU the matrices are tiny, because there it does wait.
    """
    n = size if torch.device(device).type == "cuda" else 8
    A = torch.zeros(n, n, device=device)

    def epoch():
        for _ in range(products):
            A @ A

    return epoch
