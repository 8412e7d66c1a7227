"""Questions about *how* a function works, without looking at its code. The grader asks them, and so can you.

Does it read numbers out of tensors while it trains? Does it leave random numbers alone? Are its results on the device
of its data? For example: `probes.elsewhere(batches, X, y, 64, generator)`.
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
    """What f gives, as text: the name of its type, and its value."""
    value = f(*args)
    return type(value).__name__, str(value)


def pretending(gpu, f, *args):
    """What `described` says while torch pretends that there is a GPU (gpu=True) or that there is none (gpu=False)."""
    truth = torch.cuda.is_available
    torch.cuda.is_available = lambda: gpu
    try:
        return described(f, *args)
    finally:
        torch.cuda.is_available = truth


def quietly(f, *args):
    """surroundings() before and after f(*args), as two pairs: with gradients switched on, and with gradients switched off."""
    seen = []
    for on in (True, False):
        with torch.set_grad_enabled(on):
            before = surroundings()
            f(*args)
            seen.append((before, surroundings()))
    return seen


def held(f, params, *args):
    """What f(params, *args) gives, and the tensors that were in params before the call, as they are after it."""
    pairs = [tuple(pair) for pair in params]
    return f(params, *args), pairs


def elsewhere(f, *args):
    """The device and the shape of each tensor that f gives, when the tensors in args are on the device "meta".

    On that device of torch's, tensors have shapes and no numbers. A function that makes its own tensors on the CPU, or
    copies something from the device to the CPU, fails there; on a GPU it would be slow, or fail as well.
    """
    return _places(f(*(value.to("meta") if isinstance(value, torch.Tensor) else value for value in args)))


def _places(value):
    if isinstance(value, torch.Tensor):
        return value.device.type, tuple(value.shape)
    return [_places(part) for part in value]


def readings(f, *args):
    """How often f reads a number out of a tensor: .item(), float(...), an `if` on a tensor. A GPU stops for each of them.

    Integers do not count: the order of the examples is on the CPU anyway.
    """
    with _Readings() as seen:
        f(*args)
    return seen.count


class _Readings(TorchFunctionMode):
    """Sees every call of torch, and counts those that pass fractions or truth values to Python."""

    NAMES = frozenset("item tolist numpy __float__ __int__ __bool__ __format__ __repr__".split())
    count = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__name__", "") in self.NAMES and args:
            self.count += args[0].dtype == torch.bool or args[0].dtype.is_floating_point
        return function(*args, **(kwargs or {}))


def queued(device, products=20, size=4096):
    """An "epoch" that queues products of large matrices on a GPU and does not wait for them.

    On a CPU the matrices are tiny, because there each product is computed at once.
    """
    n = size if torch.device(device).type == "cuda" else 8
    A = torch.zeros(n, n, device=device)

    def epoch():
        for _ in range(products):
            A @ A

    return epoch
