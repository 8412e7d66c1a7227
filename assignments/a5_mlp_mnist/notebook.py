# %% [markdown]
# # An MLP on MNIST
#
# You have derived gradients, checked them, and taken good steps with them. Now all of it becomes one thing: a network
# that reads handwriting. Nothing in here is new mathematics. New is that there are 60,000 images and 200,000
# parameters, that it has to be fast, and that the most dangerous mistakes do not crash. They cost one per cent, and
# one per cent looks like bad luck.
#
# So you will write every part by hand, from the bytes of the file to the gradient of the first layer. Then you are free
# to use all of PyTorch, and there is a ladder to climb.
#
# | part | question | points |
# | --- | --- | --- |
# | A. Bytes and devices | 1 the idx file · 2 the device | 10 + 5 |
# | B. The network | 3 initialisation · 4 forward · 5 loss · 6 backward | 10 + 10 + 5 + 20 |
# | C. Training | 7 batches · 8 one epoch · 9 accuracy | 10 + 10 + 5 |
# | D. Climbing | 10 the accuracy ladder | 10 |
# | E. Speed | 11 seconds per epoch | 5 |
#
# **Sources.** Each formula says which slide it comes from: *000* is "Deep Learning Basics", *001* "Dive into Deep
# Learning in 1 Day", *002* "CSCI 599, Lecture 4", *003* "Deep Learning for Vision & Language: Machine Learning II",
# *004* "First example".
#
# **Conventions of the course**
#
# - A batch is `X` with shape $(N, D)$, one **row** per image. `W` has shape $(C, D)$ as on the slides and in
#   `nn.Linear`, so a layer is `X @ W.T + b`. (The slides write $W \mathbf x + \mathbf b$ for one column $\mathbf x$.
#   003, "Linear Softmax", writes $w x^\top + b^\top$, because its $x$ is a row.)
# - We count layers of *weights*: the network with one hidden layer has $L = 2$, as in 003, "Two-layer MLP + Softmax".
#   000 and 001 call the same thing "Single Hidden Layer".
# - The network ends in **logits**, numbers of any size. 003 makes the softmax its last step; here it belongs to the
#   loss. Part C shows what happens to those who do both.
# - A loss is a **mean** over the examples. A gradient has the shape of its parameter. Labels are integers 0 ... 9.
# - Everything is a torch tensor. Training uses float32, checks of gradients float64; so do not write a dtype into a
#   function that is handed tensors.
#
# **How you are graded.** The cell after each answer shows you a few checks. The grader runs others: different *cases*,
# never different *requirements*. Whatever is tested stands in the text of its question. No question needs the answer of
# an earlier one: where you could use one, you may. Some laws are about *how* a function works: that it looks at no
# number in a loop, that it makes its tensors where the data are, that it leaves random numbers alone. The file
# `probes.py` beside this notebook holds the instruments for that, for you as for the grader. Where there is a GPU, the
# grader tests on it as well; without one nothing is lost, everything here runs on a laptop.

# %%
import functools
import gzip
import math
import statistics
import struct
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import mnist
import plots
from checks import attempt, checks_passed
from probes import described, elsewhere, held, pretending, queued, quietly, readings, surroundings, twice

# %% [markdown]
# ## A. Bytes and devices
#
# ### What is in the file
#
# MNIST comes as four files in a format of its own, *idx*. It is so simple that it needs no library: a header, then the
# pixels, row by row, image after image.
#
# | bytes | meaning |
# | --- | --- |
# | 0, 1 | zero |
# | 2 | what the numbers are: 8 means `uint8`, one byte each |
# | 3 | how many dimensions the array has: 3 for images, 1 for labels |
# | 4 ... | the size of each dimension, 4 bytes each, the most significant byte first ("big-endian") |
# | then | the numbers themselves |
#
# Read as one big-endian number, the first four bytes are $8 \cdot 256 + 3 = 2051$ for images and
# $8 \cdot 256 + 1 = 2049$ for labels. Such a *magic number* is there for one purpose: that you notice when you were
# handed something else. Do notice. A label file that lost its last bytes on the way still has plenty of labels in it,
# and the network that trains on images and labels shifted by one will not complain. It will learn nothing, and you will
# look for the reason in your gradients.
#
# ### Question 1: the idx file (10 points)
#
# Write `load_idx(path)`, which returns the NumPy array in the file.
#
# - `path` is a `str` or a `Path`. A name that ends in `.gz` is compressed with gzip, every other is not.
# - Images, of any number (even none) and size: shape (n, rows, columns), **float32 in [0, 1]**, which is the grey value
#   divided by 255. Labels: shape (n,), **int64**.
# - A file that is not what it should be raises a `ValueError` whose message says what is wrong: when the magic number
#   is neither 2051 nor 2049, when the file ends too early (in the pixels, in the header, at once), and when bytes
#   follow after the last number.
#
# *Tested:* exactly this, with small made-up files. (`int.from_bytes`, `struct.unpack` and `np.frombuffer` are useful;
# `.view()` or `.reshape()` without a look at the header is not.)


# %% answer="load_idx"
def load_idx(path):
    """The array in an idx file: images as float32 in [0, 1], labels as int64."""
    ### BEGIN SOLUTION
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    magic = int.from_bytes(data[:4], "big")
    if magic not in (2049, 2051):
        raise ValueError(f"{path}: the magic number is {magic}, neither 2051 (images) nor 2049 (labels)")
    ndim = magic % 256
    start = 4 + 4 * ndim
    if len(data) < start:
        raise ValueError(f"{path}: the file ends in the middle of its header")
    shape = struct.unpack(f">{ndim}I", data[4:start])
    if len(data) - start != math.prod(shape):
        raise ValueError(f"{path}: {math.prod(shape)} numbers are announced, and {len(data) - start} bytes follow")
    values = np.frombuffer(data, np.uint8, offset=start).reshape(shape)
    return values.astype(np.float32) / 255 if ndim == 3 else values.astype(np.int64)
    ### END SOLUTION


# %% check="test_load_idx" points=10
def idx_bytes(array):
    """The content of an idx file with an array of small integers."""
    array = np.asarray(array, dtype=np.uint8)
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def load_bytes(content, name):
    """What load_idx makes of a file with this content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        return load_idx(path)


grey = np.array([[[0, 51, 102], [153, 204, 255]]] * 4)
loaded = load_bytes(idx_bytes(grey), "images")
assert isinstance(loaded, np.ndarray), f"type: load_idx should return a NumPy array, not a {type(loaded).__name__}."
assert loaded.shape == (4, 2, 3), f"shape: four images of 2 x 3 pixels have shape (4, 2, 3), not {loaded.shape}."
assert loaded.dtype == np.float32, f"type: images should be float32, and yours are {loaded.dtype}."
assert np.allclose(loaded, grey / 255), (
    f"value: the grey values 0 ... 255 become 0.0 ... 1.0, and yours go from {loaded.min()} to {loaded.max()}."
)
loaded = load_bytes(gzip.compress(idx_bytes([7, 2, 1])), "labels.gz")
assert isinstance(loaded, np.ndarray), f"type: load_idx should return a NumPy array, not a {type(loaded).__name__}."
assert loaded.dtype == np.int64, f"type: labels should be int64, and yours are {loaded.dtype}."
assert loaded.tolist() == [7, 2, 1], f"value: the labels are [7, 2, 1], not {loaded.tolist()}."
try:
    load_bytes(idx_bytes([7, 2, 1])[:-1], "cut")
    refused = False
except ValueError:
    refused = True
assert refused, "value: a file that announces three labels and holds two should raise a ValueError."
checks_passed()

# %% [markdown]
# ### Three sets
#
# Now the real files, through your function. `mnist.load` looks for them, tells you what it found, and gives you
# training images, training labels, and *test images*. It does not give you the test labels. 003, "Training, Validation
# (Dev), Test Sets", says why: "any changes to the model after running it on the test set, could be influenced by what
# you saw". Choose the learning rate by the test accuracy, and you have trained on the test set, with yourself as the
# optimiser. **A test set that you may look at is a second training set.**
#
# So we cut a *validation* set from the training data, its last sixth (10,000 of MNIST's 60,000 images). It is for
# looking, choosing and comparing, as often as you like. The test labels stay with the grader.
#
# (Without MNIST, `mnist.load` says so, and you get smaller digits, 1,437 to learn from and 360 for the test. The
# experiments take more and smaller steps with them; what this notebook quotes as MNIST's numbers will not be yours.)


# %% tags=["experiment"]
@functools.cache
def data():
    """Training images, their labels, and the test images, as load_idx reads them."""
    return mnist.load(load_idx)


@functools.cache
def split(device):
    """(X, y) to train with and (X, y) to validate, as tensors on the device, one row for each image."""
    images, labels, _ = data()
    X, y = torch.from_numpy(images).flatten(1).to(device), torch.from_numpy(labels).to(device)
    held = len(X) // 6
    return (X[:-held], y[:-held]), (X[-held:], y[-held:])


def pace(X):
    """The batch size and the learning rate of the experiments: a thousand images need more and smaller steps."""
    return (64, 0.2) if len(X) > 10_000 else (8, 0.05)


def draw_samples():
    """Some images of every digit."""
    images, labels, _ = data()
    plots.samples(images, labels)


attempt(draw_samples)

# %% [markdown]
# ### Where the numbers live
#
# 001 says it on a slide of its own: "GPUs love matrices and vectors (they have many processors)". Tensors live on a
# *device*, and an operation wants all its tensors on the same one. Moving them costs time, in every single batch if you
# are not careful. The rule for this whole notebook: **pick the device once, move everything there once, and then create
# new tensors where the old ones are.** In code: `torch.zeros(n, device=X.device)`, never `torch.zeros(n)`.
#
# ### Question 2: the device (5 points)
#
# Write `pick_device()`, which returns `torch.device("cuda")` if torch can use a GPU, and `torch.device("cpu")` if not.
#
# *Tested:* the type, and that the answer agrees with what `torch.cuda.is_available()` says at the moment of the call.


# %% answer="pick_device"
def pick_device():
    """The GPU if there is one, else the CPU."""
    ### BEGIN SOLUTION
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    ### END SOLUTION


# %% check="test_pick_device" points=5
picked = pick_device()
assert isinstance(picked, torch.device), f"type: pick_device should return a torch.device, not {picked!r}."
assert (picked.type == "cuda") == torch.cuda.is_available(), (
    f"value: torch.cuda.is_available() is {torch.cuda.is_available()} here, and you picked {picked}."
)
checks_passed()

# %% [markdown]
# ## B. The network
#
# ### Layers, and why they must bend
#
# 000 and 001, "Multiple Hidden Layers", stack layers like this (003, "N-layer MLP + Softmax", is the same with
# $\sigma$ = sigmoid and other letters):
#
# $$\mathbf h_1 = \sigma(W_1 \mathbf x + \mathbf b_1), \quad \mathbf h_2 = \sigma(W_2 \mathbf h_1 + \mathbf b_2), \quad
# \dots, \quad \mathbf o = W_L \mathbf h_{L-1} + \mathbf b_L .$$
#
# For a batch with one row per image, and with $A_0 = X$:
#
# $$Z_k = A_{k-1} W_k^\top + \mathbf b_k, \qquad A_k = \max(Z_k, 0) \;\text{ for } k < L, \qquad \text{logits} = Z_L .$$
#
# | for 784-256-10 and a batch of $N$ | shape | |
# | --- | --- | --- |
# | $X$ | $(N, 784)$ | |
# | $W_1$, $\mathbf b_1$ | $(256, 784)$, $(256,)$ | 200,960 parameters |
# | $Z_1$, $A_1$ | $(N, 256)$ | |
# | $W_2$, $\mathbf b_2$ | $(10, 256)$, $(10,)$ | 2,570 parameters |
# | $Z_2$, the logits | $(N, 10)$ | |
#
# (One image on the slides is $\mathbf w_2^\top \mathbf h + b_2$ with a vector $\mathbf w_2$: one output. For ten
# classes it becomes a matrix.)
#
# "Why do we need a nonlinear activation?" ask 000 and 001, "Single Hidden Layer". Leave $\sigma$ out:
#
# $$W_2 (W_1 \mathbf x + \mathbf b_1) + \mathbf b_2 = \underbrace{W_2 W_1}_{W'} \mathbf x +
# \underbrace{W_2 \mathbf b_1 + \mathbf b_2}_{\mathbf b'} .$$
#
# Two layers, 203,530 parameters, and it is still the linear classifier of the softmax assignment. A hundred layers
# would be, too. The bend is the whole point. We take the **ReLU**, $\max(z, 0)$ (000, 001, "ReLU Activation"): it costs
# nothing, and where a unit is active its slope is 1, so that a gradient passes unharmed. The slope of a sigmoid is at
# most $\tfrac14$, in every layer anew.
#
# ### How large should the first weights be?
#
# 004, "Initialization", says: Gaussian, $\theta \sim \mathcal N(0, \sigma)$, and does not say which $\sigma$. It
# cannot be 0: then all hidden units compute the same thing, get the same gradient and stay the same for ever. And it
# must not be just anything, as a short calculation shows.
#
# A unit computes $z = \sum_{j=1}^D w_j a_j$. The weights are independent with mean 0 and variance $v$; the $a_j$ are
# what comes in. All mixed terms $\mathbb E[w_i w_j]$ vanish, and what is left is
#
# $$\mathbb E[z^2] = \sum_{j=1}^D \mathbb E[w_j^2]\, a_j^2 = v \sum_{j=1}^D a_j^2 = v D \cdot \overline{a^2} ,$$
#
# where $\overline{a^2}$ is the mean square of the inputs. The distribution of $z$ is symmetric around 0, and the ReLU
# deletes its negative half. So half of the mean square survives:
#
# $$\overline{a'^2} = \tfrac12 \mathbb E[z^2] = \tfrac12\, v D \cdot \overline{a^2} .$$
#
# Each layer multiplies the mean square by $\tfrac12 v D$. Anything but 1 is a geometric sequence: it dies out or it
# explodes. So
#
# $$\boxed{\; v = \frac2D \;}$$
#
# with $D$ the number of **inputs** of the layer. This is the initialisation of He et al. (2015). Without the ReLU the
# factor $\tfrac12$ is missing, and $v = 1/D$ would be right. Biases have no such problem, they start at 0.
#
# ### Question 3: initialisation (10 points)
#
# Write `init(sizes, generator, device)`. `sizes` is a list such as `[784, 256, 10]`, with at least two numbers.
#
# - Return `params`, a **list of pairs** `(W, b)`, one for each layer: `W` of shape (outputs, inputs) with entries from
#   the normal distribution $\mathcal N(0, 2/D)$ (that is the *variance*; $D$ is the number of inputs), `b` all zeros.
# - All numbers come from `generator`, a `torch.Generator` of the CPU. Draw them **on the CPU**, layer by layer, and
#   then move them: the same seed must give the same network on every device.
# - All tensors are float32 and lie on `device`.
#
# *Tested:* the list, shapes, dtype and device of every tensor; mean, standard deviation and normal distribution of the
# weights of each layer; that every weight is drawn by itself; zero biases; any number of layers; the same seed gives
# the same network, another seed another, and so does a second call with the same generator; torch's global random
# numbers are neither used nor changed.


# %% answer="init"
def init(sizes, generator, device):
    """A list of (W, b), one pair for each layer: W ~ N(0, 2/D) of shape (C, D), and b = 0."""
    ### BEGIN SOLUTION
    params = []
    for D, C in zip(sizes, sizes[1:]):
        W = torch.randn(C, D, generator=generator) * math.sqrt(2 / D)
        params.append((W.to(device), torch.zeros(C, device=device)))
    return params
    ### END SOLUTION


# %% check="test_init" points=10
params = init([50, 400, 10], torch.Generator().manual_seed(0), "cpu")
assert isinstance(params, list), f"type: init should return a list of pairs, not a {type(params).__name__}."
assert [len(pair) for pair in params] == [2, 2], "shape: sizes [50, 400, 10] make two pairs (W, b)."
shapes = [tuple(tensor.shape) for pair in params for tensor in pair]
assert shapes == [(400, 50), (400,), (10, 400), (10,)], (
    f"shape: W and b should have the shapes (400, 50), (400,), (10, 400), (10,), and yours have {shapes}."
)
assert all(tensor.dtype == torch.float32 for pair in params for tensor in pair), "type: parameters should be float32."
assert abs(params[0][0].std().item() - 0.2) < 0.01, (
    f"value: with 50 inputs the standard deviation is sqrt(2/50) = 0.2, not {params[0][0].std().item():.3f}. "
    "Hint: 2/D is the variance, and D is the number of inputs."
)
assert not params[0][1].any() and not params[1][1].any(), "value: biases start at zero."
again = init([50, 400, 10], torch.Generator().manual_seed(0), "cpu")
assert torch.equal(params[0][0], again[0][0]), (
    "value: the same seed should give the same weights. Hint: give `generator` to torch.randn."
)
checks_passed()

# %% [markdown]
# ### Question 4: forward (10 points)
#
# Write `forward(params, X)`, which returns the pair `(logits, cache)`.
#
# - `logits` has shape $(N, C)$, with $C$ outputs of the last layer: $Z_L$ from above. ReLU between the layers, **none
#   after the last one**.
# - `cache` holds what the backward pass will need. So that no question depends on another one, its form is fixed: the
#   pair `(params, activations)`, where `activations` is the list $[A_0, A_1, \dots, A_{L-1}, Z_L]$ of $L + 1$ tensors.
#   It begins with `X` and ends with the logits; those in between are taken *after* their ReLU.
#
# *Tested:* logits and activations for any number of layers (1 is one, and has no ReLU at all), any number of examples
# (1 is one), float32 and float64 (the result has the dtype of the input); `params` and `X` are the same after the call;
# on real digits a fresh network has a loss near $\ln 10$ (see below).


# %% answer="forward"
def forward(params, X):
    """The logits, and the cache (params, [X, A_1, ..., A_{L-1}, logits])."""
    ### BEGIN SOLUTION
    activations = [X]
    for number, (W, b) in enumerate(params, 1):
        Z = activations[-1] @ W.T + b
        activations.append(Z if number == len(params) else Z.clamp(min=0))
    return activations[-1], (params, activations)
    ### END SOLUTION


# %% check="test_forward" points=10
toy = [
    (torch.tensor([[1.0, 0.0], [0.0, -1.0]]), torch.tensor([0.0, 1.0])),
    (torch.tensor([[1.0, 1.0], [1.0, -1.0], [0.0, 2.0]]), torch.tensor([0.0, 0.0, -5.0])),
]
answer = forward(toy, torch.tensor([[2.0, 3.0], [-1.0, 0.0]]))
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: forward should return the pair (logits, cache), and it returned a {type(answer).__name__}."
)
logits, cache = answer
assert tuple(logits.shape) == (2, 3), f"shape: two examples and three classes make (2, 3), not {tuple(logits.shape)}."
assert torch.allclose(logits, torch.tensor([[2.0, 2.0, -5.0], [1.0, -1.0, -3.0]])), (
    f"value: the logits are [[2, 2, -5], [1, -1, -3]], not {logits.tolist()}. "
    "Hint: the hidden layer is [[2, 0], [0, 1]] after its ReLU, and there is no other ReLU."
)
assert isinstance(cache, (tuple, list)) and len(cache) == 2 and len(cache[1]) == 3, (
    "type: the cache should be the pair (params, activations), and for two layers activations = [X, A_1, logits]."
)
assert torch.equal(cache[1][1], torch.tensor([[2.0, 0.0], [0.0, 1.0]])), (
    f"value: A_1 is [[2, 0], [0, 1]], not {cache[1][1].tolist()}. Hint: the activations are taken after the ReLU."
)
checks_passed()

# %% [markdown]
# The calculation about $v = 2/D$, measured: thirty layers of 256 units, with your `init` and `forward`, and the same
# weights a little smaller and a little larger. On the logarithmic axis a geometric sequence is a straight line. With
# half the variance each layer loses a factor of $\sqrt2$, and thirty of them a factor of $2^{15} = 32{,}768$.


# %% tags=["experiment"]
def draw_spreads(layers=30, width=256):
    """The root mean square of the activations in each layer, for three variances of the weights."""
    spreads = {}
    for name, color, factor in (("$4/D$", plots.RED, 2.0), ("$2/D$", plots.GREEN, 1.0), ("$1/D$", plots.BLUE, 0.5)):
        generator = torch.Generator().manual_seed(0)
        X = torch.randn(500, width, generator=generator)
        params = [(W * math.sqrt(factor), b) for W, b in init([width] * (layers + 2), generator, "cpu")]
        _, (_, activations) = forward(params, X)
        spreads[name] = color, [A.square().mean().sqrt().item() for A in activations[:-1]]
    plots.spread_by_depth(spreads)


attempt(draw_spreads)

# %% [markdown]
# ### The loss
#
# Cross-entropy from logits, as in 001, "Softmax and Cross-Entropy Loss", and as you derived it in the softmax
# assignment, for one example with label $y$ and then in the mean:
#
# $$\ell = \log \sum_c e^{o_c} - o_y .$$
#
# Written like this it never takes the logarithm of a rounded zero, *if* the logarithm of the sum is computed with the
# largest logit taken out first. `torch.logsumexp` does that; so does `F.cross_entropy`, and you may use either.
#
# A network that knows nothing gives every class the same logit, and its loss is $\ln 10 = 2.3026$. **Look at the first
# loss of every network you ever train.** If it is 8, the initialisation is wrong. Ours should be a *little* above
# $\ln 10$: fresh logits are not quite equal, their mean square is about twice that of a pixel, in the mean over many
# networks. (Why? See above.)
#
# ### Question 5: the loss (5 points)
#
# Write `loss(logits, y)`: the mean cross-entropy of the batch, a tensor **without dimensions** (not a Python number: a
# number has left the device). `logits` has shape $(N, C)$, `y` holds $N$ integers.
#
# *Tested:* values, float32 and float64, any $C$, one example; logits of $\pm 1000$ and beyond, where the answer is
# still finite; the shape `()`, the dtype of the logits, their device; the inputs are the same after the call.


# %% answer="loss"
def loss(logits, y):
    """The mean cross-entropy of a batch, from logits."""
    ### BEGIN SOLUTION
    right = logits.gather(1, y[:, None]).squeeze(1)
    return (torch.logsumexp(logits, dim=1) - right).mean()
    ### END SOLUTION


# %% check="test_loss" points=5
value = loss(torch.zeros(4, 10), torch.tensor([3, 1, 4, 1]))
assert isinstance(value, torch.Tensor), f"type: loss should return a tensor, not a {type(value).__name__}."
assert value.shape == (), f"shape: the loss has no dimensions, and yours has shape {tuple(value.shape)}."
assert abs(value.item() - math.log(10)) < 1e-6, f"value: ten equal logits cost ln 10 = 2.3026, not {value.item():.4f}."
value = loss(torch.tensor([[1000.0, 0.0], [0.0, 1000.0]]), torch.tensor([0, 0]))
assert abs(value.item() - 500) < 1e-3, (
    f"value: the first example costs 0 and the second 1000; the mean is 500, not {value.item()}. "
    "Hint: softmax first and log afterwards loses everything; torch.logsumexp does not."
)
checks_passed()


# %% tags=["experiment"]
def print_first_loss():
    """The loss of a fresh network on the validation images."""
    device = pick_device()
    _, (X, y) = split(device)
    generator = torch.Generator().manual_seed(0)
    logits = [forward(init([X.shape[1], 256, 10], generator, device), X)[0] for _ in range(20)]
    square = statistics.mean(each.square().mean().item() for each in logits)
    print(f"ln 10 = {math.log(10):.4f}, first loss = {loss(logits[0], y).item():.4f}")
    print(f"mean square of a pixel {X.square().mean().item():.3f}, of a logit {square:.3f} (mean of 20 networks)")


attempt(print_first_loss)

# %% [markdown]
# ### Backward
#
# Now the other direction. Write $\delta_k = \partial L / \partial Z_k$, a matrix of the shape of $Z_k$. Three facts
# make the whole of backpropagation for an MLP.
#
# **1. It begins with prediction minus truth.** 003, "Computing Analytic Gradients", and 001 have the gradient for one
# example, $\hat{\mathbf y} - \mathbf y$. Our loss is a mean, so each row gets its share of $1/N$:
#
# $$\delta_L = \frac1N \big( \mathrm{softmax}(Z_L) - Y \big) \qquad (Y: \text{one-hot labels}).$$
#
# **2. Through a layer.** $Z_k = A_{k-1} W_k^\top + \mathbf b_k$ reads, for one entry, $Z_{ni} = \sum_j A_{nj} W_{ij} +
# b_i$. The weight $W_{ij}$ is used by every example $n$, once, with the factor $A_{nj}$; and gradients add at branches
# (002, "Multiple output"). So
#
# $$\frac{\partial L}{\partial W_{ij}} = \sum_n \delta_{ni} A_{nj}, \qquad \frac{\partial L}{\partial b_i} =
# \sum_n \delta_{ni}, \qquad \frac{\partial L}{\partial A_{nj}} = \sum_i \delta_{ni} W_{ij} ,$$
#
# and as matrices
#
# $$dW_k = \delta_k^\top A_{k-1}, \qquad d\mathbf b_k = \text{sum of the rows of } \delta_k, \qquad
# \frac{\partial L}{\partial A_{k-1}} = \delta_k W_k .$$
#
# There is nothing to remember here: of all products of $\delta_k$ $(N, C)$, $A_{k-1}$ $(N, D)$ and $W_k$ $(C, D)$, only
# these have the right shapes. (It is the $2 q_i x_j$ of 002, "A vectorized example", with $\delta_i$ in place of
# $2 q_i$.)
#
# **3. Through a ReLU.** It passes on what was positive and blocks the rest:
#
# $$\delta_{k-1} = (\delta_k W_k) \odot [A_{k-1} > 0] .$$
#
# At exactly 0 the ReLU has no derivative; 000, "Calculus - Non-differentiable", allows any number in $[0, 1]$ there. We
# take 0, as PyTorch does. $A_{k-1}$ is positive exactly where $Z_{k-1}$ was, and so the cache need not hold both.
#
# Note the order: $\delta_k$ is used twice, for $dW_k$ and to go on to $\delta_{k-1}$. That each layer's work is
# *shared* by all layers below is why backward costs only about twice as much as forward, however deep the network. (The
# chain of 003, "How to train the parameters?", has a slip in its last factors: it should run
# $\dots \frac{\partial a_{k+1}}{\partial a_k} \frac{\partial a_k}{\partial w_{[k]}}$, down to the layer that is meant.)
#
# ### Question 6: backward (20 points)
#
# Write `backward(cache, y)`, **by hand**: no `requires_grad`, no `.backward()`, no `torch.autograd`. `cache` is what
# `forward` returns, `(params, [X, A_1, ..., A_{L-1}, logits])`. Return `grads`, a list of pairs `(dW, db)`, in the
# order and with the shapes of `params`: the gradients of the **mean** cross-entropy.
#
# *Tested:* against autograd in float64, for 1, 2, 3 and more layers of different widths, for one example and for many,
# for each `dW` and each `db`; units that are off, and activations of exactly 0; large logits; the dtype of the
# parameters; that it works on plain tensors and with gradients switched off; that everything in `cache`, and `y`, is
# the same after the call.


# %% answer="backward"
def backward(cache, y):
    """The gradients of the mean cross-entropy: a list of (dW, db), like params."""
    ### BEGIN SOLUTION
    params, activations = cache
    delta = torch.softmax(activations[-1], dim=1)
    delta[torch.arange(len(y), device=y.device), y] -= 1
    delta /= len(y)
    grads = []
    for k in reversed(range(len(params))):
        A = activations[k]
        grads.append((delta.T @ A, delta.sum(dim=0)))
        if k > 0:
            delta = (delta @ params[k][0]) * (A > 0)
    return grads[::-1]
    ### END SOLUTION


# %% check="test_backward" points=20
toy = [
    (torch.tensor([[1.0, 0.0], [0.0, -1.0]]), torch.tensor([0.0, 1.0])),
    (torch.tensor([[1.0, 1.0], [1.0, -1.0], [0.0, 2.0]]), torch.tensor([0.0, 0.0, -5.0])),
]
toy_X, toy_y = torch.tensor([[2.0, 3.0], [-1.0, 0.0]]), torch.tensor([2, 0])
toy_logits = torch.tensor([[2.0, 2.0, -5.0], [1.0, -1.0, -3.0]])
grads = backward((toy, [toy_X, torch.tensor([[2.0, 0.0], [0.0, 1.0]]), toy_logits]), toy_y)
assert isinstance(grads, list) and [len(pair) for pair in grads] == [2, 2], (
    "type: for two layers backward should return a list of two pairs (dW, db)."
)
shapes = [tuple(tensor.shape) for pair in grads for tensor in pair]
assert shapes == [(2, 2), (2,), (3, 2), (3,)], (
    f"shape: gradients have the shapes of the parameters, (2, 2), (2,), (3, 2), (3,), and yours have {shapes}."
)
leaves = [(W.clone().requires_grad_(), b.clone().requires_grad_()) for W, b in toy]
hidden = torch.relu(toy_X @ leaves[0][0].T + leaves[0][1])
F.cross_entropy(hidden @ leaves[1][0].T + leaves[1][1], toy_y).backward()
for layer in (1, 0):
    for name, mine, leaf in zip(("db", "dW"), reversed(grads[layer]), reversed(leaves[layer])):
        assert torch.allclose(mine, leaf.grad, atol=1e-6), (
            f"value: autograd says that {name} of layer {layer + 1} is {leaf.grad.tolist()}, and yours is "
            f"{mine.tolist()}. Hint: begin with db of the last layer, which is the sum of the rows of delta."
        )
checks_passed()

# %% [markdown]
# Your gradients against autograd, on real digits and a deeper network, in float64: agreement to about 16 digits. In
# float32 about half of them are left. That is enough for training, and too few for checking; this is why gradients are
# checked in float64.


# %% tags=["experiment"]
def largest_difference(dtype):
    """Between backward and autograd, relative to the largest entry, for a network with four layers."""
    (X, y), _ = split(torch.device("cpu"))
    X, y = X[:200].to(dtype), y[:200]
    params = [(W.to(dtype), b) for W, b in init([X.shape[1], 100, 80, 60, 10], torch.Generator().manual_seed(0), "cpu")]
    params = [(W, b.to(dtype)) for W, b in params]
    ours = backward(forward(params, X)[1], y)
    leaves = [tensor.requires_grad_() for pair in params for tensor in pair]
    F.cross_entropy(forward(params, X)[0], y).backward()
    mine = [tensor for pair in ours for tensor in pair]
    return max(((a - leaf.grad).abs().max() / leaf.grad.abs().max()).item() for a, leaf in zip(mine, leaves))


def print_differences():
    """The agreement in both precisions."""
    for dtype in (torch.float64, torch.float32):
        print(f"{dtype}: largest difference {largest_difference(dtype):.1e}")


attempt(print_differences)

# %% [markdown]
# ## C. Training
#
# ### Dealing batches where the data lives
#
# 000, "Mini-batch Stochastic Gradient Descent (SGD)", says that a "single observation is not efficient on GPU", and 001
# that the batch size is "chosen for GPU efficiency". True, and only half of it. What usually makes a small network slow
# is not the arithmetic. It is *fetching* the batch: PyTorch's `DataLoader`, as every tutorial uses it, picks images one
# by one in Python, stacks them, and copies the stack to the device. The training images of MNIST take 188 MB as float32. Put it
# on the device once, and a batch is one indexing operation: draw a random order, cut it into pieces, index.
#
# ### Question 7: batches (10 points)
#
# Write `batches(X, y, B, generator)`, which deals one epoch: an iterable (a generator function or a list, as you like)
# of pairs `(Xb, yb)`.
#
# - Each example occurs **exactly once**, together with its own label, in random order. All batches hold `B` examples,
#   except the last, which holds the rest when `B` does not divide $N$. No batch is empty, and `B` may be larger than
#   $N$.
# - The order comes from `generator` and from nothing else: a `torch.Generator` of the CPU, or of the device of `X` (it
#   knows by itself, `generator.device`). A second call with the same generator deals another order.
# - `Xb` and `yb` lie on the device of `X`, with its dtype and in its shape: `X` may also be $(N, 28, 28)$.
#
# *Tested:* exactly this, for $B$ that divide $N$ and that do not, $B = 1$ and $B > N$; equal seeds deal equally, other
# seeds differently; any two examples may meet in a batch; the batches are made on the device of `X`, and no image
# travels through the CPU; `X` and `y` are the same after the call; torch's global random numbers are neither used nor
# changed.


# %% answer="batches"
def batches(X, y, B, generator):
    """One epoch: pairs (Xb, yb) of B examples in random order; the last pair holds the rest."""
    ### BEGIN SOLUTION
    order = torch.randperm(len(X), generator=generator, device=generator.device).to(X.device)
    for index in order.split(B):
        yield X[index], y[index]
    ### END SOLUTION


# %% check="test_batches" points=10
ten_X, ten_y = torch.arange(10.0)[:, None] * torch.ones(3), torch.arange(10)
dealer = torch.Generator().manual_seed(0)
epoch = list(batches(ten_X, ten_y, 4, dealer))
shapes = [tuple(Xb.shape) for Xb, _ in epoch]
assert shapes == [(4, 3), (4, 3), (2, 3)], (
    f"shape: ten examples in batches of 4 make (4, 3), (4, 3) and (2, 3), and yours are {shapes}."
)
dealt = torch.cat([yb for _, yb in epoch]).tolist()
assert sorted(dealt) == list(range(10)), f"value: in one epoch each example occurs once, and yours are {dealt}."
assert all(torch.equal(Xb[:, 0].long(), yb) for Xb, yb in epoch), (
    "value: images and labels were separated. Hint: one order for both."
)
second = torch.cat([yb for _, yb in batches(ten_X, ten_y, 4, dealer)]).tolist()
assert dealt != second, "value: the second epoch has the order of the first. Hint: torch.randperm, with `generator`."
checks_passed()

# %% [markdown]
# ### One epoch
#
# 003, "Stochastic Gradient Descent (mini-batch)", in one line per line: for each batch, compute the gradients, update
# $w$, update $b$, "Print: $L_B(w, b)$". The algorithm is plain SGD, $W \leftarrow W - \lambda\, dW$ and
# $\mathbf b \leftarrow \mathbf b - \lambda\, d\mathbf b$. Two remarks on the craft.
#
# **In place.** `W -= lr * dW` changes the numbers where they lie, and everybody who holds `params` sees it.
# `W = W - lr * dW` makes a new tensor with the name `W`, and `params` still holds the old one: a network that never
# learns, without any error.
#
# **No `print` in the loop**, and no `.item()`, `float(...)` or `if loss < ...` either. A GPU works behind your back:
# Python hands over one operation after the other and runs ahead. Whoever wants to *see* a number makes Python wait
# until the device has finished everything, in every batch. So sum up the loss in a tensor on the device, and ask for it
# once, at the end.
#
# The number to return is the mean loss over the *examples*: each batch loss counts as often as it has examples. (It is
# measured at the parameters before its step.)
#
# ### Question 8: one epoch (10 points)
#
# Write `train_epoch(params, X, y, B, lr, generator)`: one epoch of plain SGD over the batches of size `B`. It changes
# `params` **in place** and returns the mean loss as a Python `float`. `params` are plain tensors, as `init` makes them.
#
# *Tested:* the parameters, in place, after an epoch of one batch ($B \ge N$) and of several, with $B$ that divides $N$
# and that does not; the returned loss, with a smaller last batch; that it is a float, and that no other number is read
# out of a tensor on the way; the shuffle comes from `generator`: equal seeds give equal epochs, other seeds others; 64
# examples of ten classes are learned by heart in 40 epochs, to a loss below $0.05$, with a hidden layer and without; on
# a GPU everything stays there; `X` and `y` are the same after the call, and torch's global random numbers too.


# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    """One epoch of SGD, in place; returns the mean loss of the examples, each measured before its step."""
    ### BEGIN SOLUTION
    total = 0.0
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)  # from here on a tensor, on the device
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W -= lr * dW
            b -= lr * db
    return float(total / len(X))
    ### END SOLUTION


# %% check="test_train_epoch" points=10
def clouds(N=40, seed=0):
    """Two clouds of points, far from each other."""
    y = torch.arange(N) % 2
    return torch.randn(N, 2, generator=torch.Generator().manual_seed(seed)) + 4.0 * y[:, None], y


clouds_X, clouds_y = clouds()
params, dealer = [(torch.zeros(2, 2), torch.zeros(2))], torch.Generator().manual_seed(0)
W = params[0][0]
first = train_epoch(params, clouds_X, clouds_y, 40, 0.1, dealer)
assert isinstance(first, float), f"type: train_epoch should return a float, not a {type(first).__name__}."
assert abs(first - math.log(2)) < 1e-6, (
    f"value: before its first step this network costs ln 2 = 0.6931, and you report {first:.4f}."
)
assert params[0][0] is W and W.any(), (
    "value: the tensors in params should change where they lie. Hint: W -= ... does, W = W - ... does not."
)
for _ in range(20):
    last = train_epoch(params, clouds_X, clouds_y, 8, 0.1, dealer)
assert last < 0.1, f"value: after 21 epochs the loss should be below 0.1, and it is {last:.3f}."
checks_passed()

# %% [markdown]
# ### Question 9: accuracy (5 points)
#
# Write `evaluate(params, X, y)`: the accuracy, the share of examples whose largest logit is that of the right class
# (004 calls it $\hat y = \arg\max_y P(y \mid x)$; the softmax does not change which one is largest), as a Python
# `float` in $[0, 1]$.
#
# Whoever measures must not disturb. Besides `params`, `X` and `y` there are two things that a function can change
# without anybody asking: whether torch records gradients, and the state of its random numbers. `surroundings()`
# returns both.
#
# *Tested:* values, with one example and with many, with any number of layers and classes; all arguments are the same
# after the call; `surroundings()` says the same before and after, also when gradients were switched off before.


# %% answer="evaluate"
def evaluate(params, X, y):
    """The accuracy: the share of examples whose largest logit is the right one."""
    ### BEGIN SOLUTION
    with torch.no_grad():
        logits, _ = forward(params, X)
        return float((logits.argmax(dim=1) == y).double().mean())
    ### END SOLUTION


# %% check="test_evaluate" points=5
three = [(torch.eye(3), torch.zeros(3))]
accuracy = evaluate(three, torch.eye(3)[[0, 1, 2, 2]], torch.tensor([0, 1, 2, 0]))
assert isinstance(accuracy, float), f"type: evaluate should return a float, not a {type(accuracy).__name__}."
assert accuracy == 0.75, f"value: three of four are right, which is 0.75, not {accuracy}."
checks_passed()

# %% [markdown]
# Everything together, live: your functions, all training images, plain SGD. Watch the two curves on the right. In the
# beginning they are one. Then the orange one runs away from the green: the network has begun to learn its training
# images by heart. The distance has a name, *overfitting* (003), and part D is about making it smaller.


# %% tags=["experiment"]
def train_live(epochs=10):
    """Trains 784-256-10 while you look; returns the parameters before and after."""
    device, generator = pick_device(), torch.Generator().manual_seed(0)
    (X, y), (V, v) = split(device)
    B, lr = pace(X)
    params = init([X.shape[1], 256, 10], generator, device)
    before = [(W.clone(), b.clone()) for W, b in params]
    live = plots.Live(epochs, f"784-256-10 on {mnist.find().name}, SGD with $B$ = {B}, $\\lambda$ = {lr}")
    for _ in range(epochs):
        mean_loss = train_epoch(params, X, y, B, lr, generator)
        live.add(mean_loss, evaluate(params, X, y), evaluate(params, V, v))
    return before, params


trained = attempt(train_live)

# %% [markdown]
# What has it learned? Three pictures. A unit of the first layer multiplies the image with its weights, pixel by pixel,
# and sums: so its weights *are* an image, of what it looks for. The upper rows show the units that have changed most.
# There is much noise in them, that of the initialisation. Subtract it, and the lower rows show what *training* has
# added: strokes and their opposites, none of them a digit. In the corners, where no digit ever has ink, it has added
# nothing at all: $dW = \delta^\top X$ is zero where $X$ is.
#
# Then the confusion matrix, and the mistakes that the network was most sure of. Would you have known better? Some of
# these labels are debatable. This is what an accuracy of 100.00 % would mean: to agree with *every* one of them.


# %% tags=["experiment"]
def draw_what_it_learned(trained):
    """First-layer weights, confusion matrix and worst mistakes on the validation images."""
    if trained is None:
        return print("Nothing has been trained yet: see the cell above.")
    before, params = trained
    _, (V, v) = split(pick_device())
    probabilities = torch.softmax(forward(params, V)[0], dim=1)
    probability, predicted = (tensor.cpu().numpy() for tensor in probabilities.max(dim=1))
    truth, images = v.cpu().numpy(), V.cpu().numpy().reshape(-1, 28, 28)
    plots.first_layer(before[0][0].cpu().numpy(), params[0][0].cpu().numpy())
    plots.confusion(truth, predicted)
    plots.worst_mistakes(images, truth, predicted, probability)
    return None


attempt(draw_what_it_learned, trained)

# %% [markdown]
# ### Mistakes that do not crash
#
# Now break it, one piece at a time. Each of these is a mistake that people make, each runs without an error message,
# and each run below has three epochs.
#
# - **Softmax before the cross-entropy.** The slides draw the softmax as the last layer; `F.cross_entropy` expects
#   logits and applies its own. Together they take the softmax of probabilities. Those lie between 0 and 1, so the best
#   that can ever be reached, certainty and right, is $(1, 0, \dots, 0)$, and it costs
#
#   $$\ln\big(e^1 + 9 e^0\big) - 1 = 2.4612 - 1 = 1.4612 .$$
#
#   A *perfect* classifier would report a loss of 1.4612.
# - **Squared error** between logits and one-hot labels (000, "Use Square Loss?").
# - **No activation**: a linear classifier with 203,530 parameters.
# - **Nothing shuffled**, with data that lie sorted by class, as they do in many folders. (MNIST's own order is mixed
#   already: there you would not notice, and learn a bad habit.)
# - **Zero initialisation**: all hidden units are 0, all gradients of the weights are 0, for ever. What it can still
#   learn are ten numbers, the last biases.
# - **Gradients that are never set back** (`optimizer.zero_grad()` forgotten): they add up, a momentum that never
#   forgets.


# %% tags=["experiment"]
def one_hot_error(logits, y):
    """The squared error against one-hot labels, in the mean over examples."""
    return (logits - F.one_hot(y, logits.shape[1])).square().sum(dim=1).mean()


def softmax_twice(logits, y):
    """Cross-entropy of what has become a probability already."""
    return F.cross_entropy(logits.softmax(dim=1), y)


def short_run(epochs=3, factor=1.0, criterion=F.cross_entropy, bend=torch.relu, scale=1.0, order=None, forget=True):
    """Losses and validation accuracies of 784-256-10 with autograd and SGD, and with one thing changed."""
    generator, device = torch.Generator().manual_seed(0), pick_device()
    (X, y), (V, v) = split(device)
    B, lr = pace(X)
    if order is not None:
        X, y = X[order(y)], y[order(y)]
    leaves = [scale * p for pair in init([X.shape[1], 256, 10], generator, device) for p in pair]
    W1, b1, W2, b2 = (p.requires_grad_() for p in leaves)
    losses, accuracies = [], []
    for _ in range(epochs):
        total = torch.zeros((), device=device)
        dealt = batches(X, y, B, generator) if order is None else zip(X.split(B), y.split(B))
        for Xb, yb in dealt:
            value = criterion(bend(Xb @ W1.T + b1) @ W2.T + b2, yb)
            value.backward()
            total += value.detach() * len(yb)
            with torch.no_grad():
                for p in (W1, b1, W2, b2):
                    p -= factor * lr * p.grad
                    p.grad = None if forget else p.grad
        with torch.no_grad():
            guess = (bend(V @ W1.T + b1) @ W2.T + b2).argmax(dim=1)
        losses.append(float(total / len(X)))
        accuracies.append(float((guess == v).double().mean()))
    return losses, accuracies


def draw_mistakes():
    """One run for each mistake, as a table and as a picture."""
    changes = {
        "nothing wrong": ("black", {}),
        "softmax before cross-entropy": (plots.RED, {"criterion": softmax_twice, "factor": 5}),
        "squared error": (plots.ORANGE, {"criterion": one_hot_error, "factor": 1 / 4}),
        "no activation": (plots.BLUE, {"bend": lambda Z: Z}),
        "sorted by class, not shuffled": (plots.GREEN, {"order": lambda y: y.argsort(stable=True)}),
        "zero initialisation": ("#8e5ea2", {"scale": 0.0}),
        "gradients never set back": ("0.6", {"forget": False}),
    }
    curves, _ = {}, split(pick_device())
    print(f"{'three epochs, one seed':32}{'last loss':>12}{'validation':>13}")
    for name, (color, change) in changes.items():
        losses, accuracies = short_run(**change)
        curves[name] = color, losses, accuracies
        print(f"{name:32}{losses[-1]:12.4f}{100 * accuracies[-1]:11.2f} %")
    plots.runs(curves, floors=[(1.4612, "1.4612: the floor of softmax before cross-entropy")])


attempt(draw_mistakes)

# %% [markdown]
# Go through the table once more with the question: *what would have told me?*
#
# - Softmax twice learns, with a learning rate that suits it (on MNIST it ends within half a per cent of the right
#   network). By its accuracy it is a network that could do with a bit more tuning. The loss sees the mistake at once:
#   who is right more than nine times out of ten should not pay 1.5.
# - Sorted data have a low loss (on MNIST **the lowest of all**), and the network is useless. At each moment it has seen
#   nothing but images of the same digit for a while, and says this digit, and is right: until the next class begins. A
#   training loss is measured on the examples that come, in the order in which they come.
# - Zero initialisation stays at $\ln 10$, the loss of knowing nothing.
# - Squared error and the missing activation do train, and nearly as well (on MNIST a little worse each). Nothing but a
#   comparison shows them, and so the comparison has to be made: change one thing, keep the rest.
#
# ### Learning by heart
#
# One more control, and every result that you will ever report deserves it. Give 1,000 images (or half of the small
# digits) labels that were **shuffled**: each image gets the label of another one. Nothing can be learned from them. The
# network learns them all the same, every one. On fresh images it guesses.
#
# So a training accuracy of 100 % says nothing, except that the network is large enough and the loop works. (For *that*
# it is an excellent test: if your network cannot learn 64 images by heart, something is broken.) And if a network that
# was trained on shuffled labels scores much more than 10 % on the test set, it has seen the test labels. The grader
# runs this control in Question 10.


# %% tags=["experiment"]
def draw_memory(epochs=150):
    """Trains on shuffled labels."""
    generator, device = torch.Generator().manual_seed(0), pick_device()
    (X, y), (V, v) = split(device)
    B, lr = pace(X)
    lr, N = min(lr, 0.1), min(1000, len(X) // 2)
    X, y = X[:N], y[:N]
    y = y[torch.randperm(len(y), generator=generator).to(device)]
    params = init([X.shape[1], 256, 10], generator, device)
    losses, train, validation = [], [], []
    for _ in range(epochs):
        losses.append(train_epoch(params, X, y, B, lr, generator))
        train.append(evaluate(params, X, y))
        validation.append(evaluate(params, V, v))
    plots.memorised(losses, train, validation)
    print(
        f"after {epochs} epochs: {100 * train[-1]:.1f} % of {N} shuffled labels, {100 * validation[-1]:.1f} % elsewhere"
    )


attempt(draw_memory)

# %% [markdown]
# ## D. Climbing
#
# ### Four things that help
#
# You have built everything by hand once. From here on use whatever PyTorch has: `nn.Module`, autograd, `torch.optim`.
# On MNIST, plain SGD brings the network somewhere near 98 % on the validation images. What the small network lacks is
# not size: with the first three of the following, the same 784-256-10 has reached 98.5 % on MNIST's test set, in the
# mean of three seeds, in about five seconds each on two CPU cores that had little else to do.
#
# 1. **An optimiser with a memory.** Momentum you know. *Adam* (002 lists it under "various optimization strategy")
#    also divides each step by the running size of its gradients, so that rare and faint pixels get steps as long as
#    common ones. `torch.optim.AdamW` keeps the weight decay out of that division.
# 2. **A learning rate that comes and goes.** Early on the network is far from anywhere: careful first, then large
#    steps. In the end, steps that shrink to nothing let the noise of the batches average out. `OneCycleLR` does both,
#    in one cosine up and one down.
# 3. **Label smoothing.** Cross-entropy never rests: it can always be lowered by making a right answer *more* certain.
#    `F.cross_entropy(..., label_smoothing=0.1)` asks for 91 % certainty and is then content. Of all the changes that
#    were tried for this page on the small network, it is the one that helped most.
# 4. **More data than there is.** A 7 that is moved by two pixels is still a 7. `shifted`, below, moves each image of
#    a batch a little, another way each time, and a large network has nothing left to learn by heart. Dropout, which
#    switches random units off, has a similar effect.
#
# For comparison, error rates without convolutions, from the table on Yann LeCun's MNIST page: 300 hidden units, squared
# error, 4.7 % (LeCun et al., 1998); 800 hidden units, cross-entropy, 1.6 % (Simard et al., 2003); 500 + 300 hidden
# units with weight decay, 1.53 % (Hinton, 2005); a network with five hidden layers of up to 2500 units and elastic
# distortions of the images, 0.35 % (Ciresan et al., 2010).
#
# ### Question 10: the accuracy ladder (10 points)
#
# Write two functions.
#
# - `fit(images, labels, seed, device)` trains a network and returns it. `images` and `labels` are what `load_idx`
#   gives: NumPy arrays, float32 of shape $(N, 28, 28)$ and int64. `device` is `"cpu"`, `"cuda"` or a `torch.device`.
#   You may return anything: a list of pairs, an `nn.Module`, whatever `predict` understands. Let the seed decide
#   everything that is random, or you will never know whether a change helped.
# - `predict(params, images)` says what it sees: int64 labels of shape $(N,)$, as an array or a tensor. `params` is what
#   `fit` returned.
#
# **The ladder.** The grader calls `fit` with the whole training set and three seeds of its own, then `predict` with the
# test images, in an order of its own, and takes the mean of the three accuracies. Below 96.5 % there are no points;
# 96.5 % is worth 4, 98.0 % is worth 10, and in between it is a straight line. Beyond that there is honour: a badge at
# 98.6 % and another one at 99.2 %, and no points.
#
# Three rules. `fit` may use the images and labels that it is given, and nothing else: no file, no network that was
# trained before. The control comes first: trained on 3,000 images with *shuffled* labels, your network has to guess the
# test images, which is right for about 10 % of them. Whoever reads more than 30 % knows them from elsewhere, and gets no
# points and a visitor. And a mean of exactly 100.00 % is looked at by a person.
#
# Mind the clock: each call of `fit` has a minute, on a machine that may have two cores and no GPU; one that takes longer
# ends the climb without points. (Where MNIST cannot be had, `mnist.load` gives you 1,437 smaller digits, and the ladder
# for them begins at 96.5 % as well and ends at 98.5 %, with badges at 99.0 % and 99.6 %; the control takes 1,000 of
# them. So count *steps*, not only epochs: 15 epochs of 1,437 images are almost nothing.)
#
# *Tested:* the ladder and the control. Choose with the *validation* images.


# %% answer="fit"
def fit(images, labels, seed, device):
    """Trains a network on the images; the seed decides everything that is random."""
    ### BEGIN SOLUTION
    generator, dealer = torch.Generator().manual_seed(seed), torch.Generator(device).manual_seed(seed + 1)
    X, y = torch.tensor(images, device=device).flatten(1), torch.tensor(labels, device=device)
    params = init([28 * 28, 256, 10], generator, device)
    weights, biases = ([tensor.requires_grad_() for tensor in kind] for kind in zip(*params))
    groups = [{"params": weights, "weight_decay": 0.1}, {"params": biases, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, fused=True)
    B, epochs = 256, 15 if len(X) > 10_000 else 50
    steps = epochs * math.ceil(len(X) / B)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=steps)
    for _ in range(epochs):
        for Xb, yb in batches(X, y, B, dealer):
            logits, _ = forward(params, Xb)
            optimizer.zero_grad()
            F.cross_entropy(logits, yb, label_smoothing=0.1).backward()
            optimizer.step()
            schedule.step()
    return params
    ### END SOLUTION


def predict(params, images):
    """The digit in each image, as int64 labels."""
    ### BEGIN SOLUTION
    with torch.no_grad():
        X = torch.tensor(images, device=params[0][0].device).flatten(1)
        return forward(params, X)[0].argmax(dim=1).cpu()
    ### END SOLUTION


# %% check="test_fit" points=10
def bars(N=80):
    """Images with one bright row, and its number: a classifier must be able to read this."""
    labels = np.arange(N) % 10
    images = np.zeros((N, 28, 28), dtype=np.float32)
    images[np.arange(N), 2 * labels + 4] = 1.0
    return images, labels.astype(np.int64)


bars_images, bars_labels = bars()
read = np.asarray(predict(fit(bars_images, bars_labels, 0, "cpu"), bars_images))
assert read.shape == (80,), f"shape: predict should return 80 labels for 80 images, and it returned shape {read.shape}."
assert read.dtype == np.int64, f"type: predict should return int64 labels, not {read.dtype}. Hint: argmax."
assert np.mean(read == bars_labels) > 0.9, (
    f"value: ten kinds of bars, eight images of each, and {100 * np.mean(read == bars_labels):.0f} % are read right. "
    "Hint: with 80 images an epoch may be a single step; how many steps do you take?"
)
checks_passed()

# %% [markdown]
# Your recipe on the *validation* images, three seeds. The spread between seeds is worth a look: a difference between
# two recipes that is smaller than that is no difference yet.


# %% tags=["experiment"]
def validate(fit, predict, seeds=(0, 1, 2)):
    """Accuracy on the validation images, and seconds, for each seed."""
    images, labels, _ = data()
    device, held = pick_device(), len(labels) // 6
    accuracies = []
    for seed in seeds:
        start = time.perf_counter()
        found = predict(fit(images[:-held], labels[:-held], seed, device), images[-held:])
        accuracies.append(100 * np.mean(np.asarray(found) == labels[-held:]))
        print(f"seed {seed}: {accuracies[-1]:.2f} % in {time.perf_counter() - start:.1f} s on {device}")
    if len(seeds) > 1:
        print(f"mean {np.mean(accuracies):.2f} %, standard deviation {np.std(accuracies, ddof=1):.2f}")


attempt(validate, fit, predict)

# %% [markdown]
# ### Higher
#
# A badge wants more: a larger network and, so that it cannot learn by heart, the fourth of the four. Two hidden layers
# of 1024 units, dropout (0.1 of the pixels, 0.3 of the hidden units), smoothed labels, one cycle, and every image of
# every batch moved by up to two pixels have reached 98.92 % on MNIST's test set, in the mean of three seeds
# (98.90 to 98.94). That took two and a half minutes for each seed, on two CPU cores that had other work as well: too long for a
# grader without a GPU, so mind which `device` you are given. Putting it together is yours. Here is the part that is
# tiresome to write, shifting each image of a batch by its own amount without a loop.


# %%
def shifted(images, generator, reach=2):
    """A batch (N, 28, 28), each image moved by up to `reach` pixels in both directions, another way each time."""
    N, height, width = images.shape
    padded = F.pad(images, (reach,) * 4)
    down, right = torch.randint(0, 2 * reach + 1, (2, N, 1), generator=generator).to(images.device)
    rows = torch.arange(height, device=images.device) + down
    columns = torch.arange(width, device=images.device) + right
    return padded[torch.arange(N, device=images.device)[:, None, None], rows[:, :, None], columns[:, None, :]]


# %% tags=["experiment"]
def draw_shifted():
    """One image, as it is and moved."""
    images, _, _ = data()
    same = torch.from_numpy(images[:1]).expand(15, -1, -1)
    plots.row(np.concatenate([images[:1], shifted(same, torch.Generator().manual_seed(0)).numpy()]))


attempt(draw_shifted)

# %% [markdown]
# ## E. Speed
#
# ### How to hold a stopwatch
#
# Three things make a measurement of time wrong, and all three make it *flattering or frightening at random*.
#
# - **The first time is different.** Memory is requested, kernels are loaded, libraries choose their algorithm. So run
#   once without counting.
# - **A GPU works behind your back.** An operation returns as soon as it is queued. Look at the clock then, and you have
#   timed how fast Python can ask. `torch.cuda.synchronize()` waits until everything is done: call it **before every
#   look** at the clock, also before the first one, or you pay for somebody else's work.
# - **Other programs exist.** Measure several times and take the *median*. A mean is ruined by one hiccup, and the
#   minimum is a number that you will never see again.
#
# ### Question 11: seconds per epoch (5 points)
#
# Write `seconds_per_epoch(epoch, device, repeats=3)`. `epoch` is a function without arguments. Call it once to warm up,
# then `repeats` times with the clock running, each call on its own, and return the median of these times, in seconds,
# as a `float`. If `device` (`"cpu"`, `"cuda"` or a `torch.device`) is a GPU, synchronise before each look at the clock.
#
# *Tested:* how often `epoch` is called, for several `repeats`; that a slow first call does not count; that one slow or
# one fast call among the others does not move the result; that the result is a time in seconds. On a GPU: that work
# which is queued counts.


# %% answer="seconds_per_epoch"
def seconds_per_epoch(epoch, device, repeats=3):
    """The median time of a call of epoch(), in seconds, after one call that is not counted."""

    ### BEGIN SOLUTION
    def clock():
        if torch.device(device).type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter()

    epoch()
    times = []
    for _ in range(repeats):
        start = clock()
        epoch()
        times.append(clock() - start)
    return statistics.median(times)
    ### END SOLUTION


# %% check="test_seconds_per_epoch" points=5
naps = []


def nap():
    """Sleeps long the first time, and shortly afterwards."""
    naps.append(0.01 if naps else 0.2)
    time.sleep(naps[-1])


seconds = seconds_per_epoch(nap, "cpu")
assert isinstance(seconds, float), f"type: seconds_per_epoch should return a float, not a {type(seconds).__name__}."
assert len(naps) == 4, f"value: one call to warm up and three that count make 4 calls, not {len(naps)}."
assert 0.009 < seconds < 0.1, (
    f"value: a call takes 0.2 s the first time and 0.01 s afterwards, and you measured {seconds:.3f} s. "
    "Hint: the first call does not count."
)
checks_passed()

# %% [markdown]
# ### Where does the time go?
#
# The same network in two loops. One is the loop of every tutorial: `DataLoader`, batch to the device, `loss.item()` in
# each step. The other is your `train_epoch`, with the data on the device. Both make the same steps of plain SGD. On a
# CPU nothing has to be copied, and looking costs nothing: the difference that you will see is the price of picking
# images one by one.
#
# ### Half the bytes
#
# What is left on a CPU are the products $XW^\top$ and $\delta^\top X$. They are so many that only one thing helps:
# cheaper numbers. The gradient of a mini-batch is noise from its second digit on; who needs seven? A **bfloat16** has
# the exponent of a float32 and 8 significant bits instead of 24, two to three digits. It is half as large, and recent
# processors multiply it twice as fast or faster. (Older ones imitate it, and are slower for it: your stopwatch knows.)
#
# One thing must not be rounded like that: the parameters. Near 0.05, neighbouring bfloat16 numbers are 0.0002 apart. A
# step $\eta \, \delta W$ of 0.0001 is rounded away, and the next one as well, and the network stands still. So the
# parameters stay float32, the products are computed with copies in bfloat16, and the gradients are added to the
# originals: *mixed precision* (Micikevicius et al., ICLR 2018; for bfloat16 Kalamkar et al., 2019). Inside of
# `torch.autocast` every product takes such copies of what it is given, so your own `train_epoch` can stay as it is.


# %% tags=["experiment"]
def rounded_away(weight=0.05, step=0.0001):
    """A small step from a weight, in both kinds of numbers."""
    for dtype in (torch.float32, torch.bfloat16):
        before = torch.tensor(weight, dtype=dtype)
        print(f"{str(dtype).removeprefix('torch.'):>8}: {before:.6f} - {step} = {before - step:.6f}")


def compare_precision(epochs=4, B=256):
    """Epochs in both kinds of numbers, from the same start and with the same batches."""
    device = pick_device()
    (X, y), (V, v) = split(device)
    for name, images in (("float32", X), ("mixed", X.bfloat16())):
        params = init([X.shape[1], 256, 10], torch.Generator().manual_seed(0), device)
        epoch = functools.partial(train_epoch, params, images, y, B, 0.1, torch.Generator().manual_seed(0))
        with torch.autocast(device.type, torch.bfloat16, enabled=name == "mixed"):
            seconds = seconds_per_epoch(epoch, device, repeats=epochs - 1)
        print(f"{name:>8}: {seconds:.3f} s per epoch, {100 * evaluate(params, V, v):.2f} % after {epochs} epochs")


rounded_away()
attempt(compare_precision)

# %% [markdown]
# ### A graph of the step
#
# On a GPU something else shows. Our network is so small that the device finishes each operation faster than Python can
# ask for the next one. It is idle most of the time, and no faster GPU will help. Four remedies, and the cell below has
# all of them:
#
# - **Data and order on the device**: the random order is drawn there, by a generator of the device.
# - **No looking**: no `.item()`, no `print`, nothing that makes Python wait.
# - **A fused optimiser**: `AdamW(..., fused=True)` updates all parameters at once, instead of a dozen small operations
#   for each of them.
# - **A CUDA graph**: one whole training step, forward, backward and update, is *recorded* once and then *replayed* with
#   a single call. The price is that a recording is blind. It repeats the same operations on the same memory: the same
#   shapes (so the smaller last batch has to wait; its images get their turn in another epoch), the examples always
#   taken from the same tensor `index`, and the learning rate in a tensor too, because a Python number would be engraved
#   in the recording for ever (`capturable=True`).
#
# The recording follows PyTorch's documentation ("CUDA semantics", "CUDA Graphs"): some steps to warm up on a side
# stream, then the capture. The learning rate is 0 during the warm-up, so the parameters do not move; what the optimiser
# remembers of it is erased. Without a GPU the same code runs, with `step` itself in place of the recording.


# %% tags=["experiment"]
def recorded(step, device):
    """A function that does what step() does: on a GPU, the replay of a CUDA graph of it."""
    if device.type != "cuda":
        return step
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()

    def replay():
        graph.replay()

    replay.keeps = step  # the graph works on the memory of step's tensors: they have to stay
    return replay


def fast_step(params, X, y, B):
    """A function step(examples, rate): one step of AdamW with these examples and this learning rate."""
    leaves = [tensor.requires_grad_() for pair in params for tensor in pair]
    lr, index = torch.zeros((), device=X.device), torch.zeros(B, dtype=torch.int64, device=X.device)
    optimizer = torch.optim.AdamW(leaves, lr=lr, fused=True, capturable=X.device.type == "cuda")

    def step():
        optimizer.zero_grad(set_to_none=True)
        logits, _ = forward(params, X[index])
        F.cross_entropy(logits, y[index]).backward()
        optimizer.step()

    run = recorded(step, X.device)
    for state in optimizer.state.values():
        for memory in state.values():
            memory.zero_()

    def step_on(examples, rate):
        index.copy_(examples)
        for group in optimizer.param_groups:
            group["lr"].copy_(rate)
        run()

    return step_on


def fast_epoch(params, X, y, B, generator, rate=1e-3):
    """One epoch of fast_step, as a function without arguments; the generator is one of the device."""
    step, rate = fast_step(params, X, y, B), torch.tensor(rate, device=X.device)

    def epoch():
        order = torch.randperm(len(X), generator=generator, device=X.device)
        for examples in order.split(B)[: len(X) // B]:
            step(examples, rate)

    return epoch


def race(epochs=3, B=256):
    """Trains with the recorded step."""
    device = pick_device()
    (X, y), (V, v) = split(device)
    params = init([X.shape[1], 256, 10], torch.Generator().manual_seed(0), device)
    epoch = fast_epoch(params, X, y, B, torch.Generator(device).manual_seed(0))
    first = f"{100 * evaluate(params, V, v):.1f} %"
    start = time.perf_counter()
    for _ in range(epochs):
        epoch()
    last = f"{100 * evaluate(params, V, v):.1f} %"  # this waits for the device
    how = "recorded as a CUDA graph" if device.type == "cuda" else "one by one: there is no GPU here"
    print(f"{epochs} epochs in {time.perf_counter() - start:.2f} s, from {first} to {last} (the steps {how})")


attempt(race)

# %% [markdown]
# Time against batch size, for each way, by your stopwatch. On the right is the other side of it: the accuracy after
# these four epochs (one to warm up, three that count), with the same learning rate. Large batches make an epoch cheaper
# and worth less: it has fewer steps. Seconds per epoch is the right currency for comparing two loops that do the same,
# and the wrong one for choosing a batch size. For that, measure the seconds to an accuracy.


# %% tags=["experiment"]
def loader_epoch(X, y, B, device):
    """One epoch of the loop that every tutorial has, as a function without arguments."""
    loader = DataLoader(TensorDataset(X.cpu(), y.cpu()), batch_size=B, shuffle=True)
    net = nn.Sequential(nn.Linear(X.shape[1], 256), nn.ReLU(), nn.Linear(256, 10)).to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def epoch():
        total = 0.0
        for Xb, yb in loader:
            value = F.cross_entropy(net(Xb.to(device)), yb.to(device))
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            total += value.item() * len(yb)
        return total / len(X)

    return epoch


def draw_times(sizes=(64, 256, 1024, 4096)):
    """Seconds per epoch against the batch size, and what the epochs were worth."""
    device, generator = pick_device(), torch.Generator().manual_seed(0)
    (X, y), (V, v) = split(device)
    sizes = [B for B in sizes if B <= len(X)]
    seconds = {"DataLoader and .item()": [], "your train_epoch": []}
    accuracies = []
    for B in sizes:
        seconds["DataLoader and .item()"].append(seconds_per_epoch(loader_epoch(X, y, B, device), device))
        params = init([X.shape[1], 256, 10], generator, device)
        epoch = functools.partial(train_epoch, params, X, y, B, 0.1, generator)
        seconds["your train_epoch"].append(seconds_per_epoch(epoch, device))
        accuracies.append(100 * evaluate(params, V, v))
        if device.type == "cuda":
            params = init([X.shape[1], 256, 10], generator, device)
            epoch = fast_epoch(params, X, y, B, torch.Generator(device).manual_seed(0))
            seconds.setdefault("CUDA graph", []).append(seconds_per_epoch(epoch, device))
    print("seconds per epoch" + "".join(f"{f'B = {B}':>12}" for B in sizes))
    for way, values in seconds.items():
        print(f"{way:24}" + "".join(f"{value:>12.3f}" for value in values)[7:])
    plots.against_batch_size(sizes, seconds, accuracies)


attempt(draw_times)

# %% [markdown]
# ## What to take with you
#
# - Know what a number *should* be: the first loss is $\ln 10$, a perfect loss is near 0 and not 1.4612, shuffled labels
#   score 10 %. None of these needs a second network to compare with.
# - $\delta^\top A$, $\delta W$, $[A > 0]$: that is backpropagation through an MLP, and the shapes remember it for you.
# - Weights start with variance $2/D$; deal a new order every epoch, from a generator that you own; change parameters in
#   place; look at the loss once per epoch.
# - A test set that you may look at is a second training set. Choose with the validation set, report once.
# - Pick the device once, move the data once, synchronise before you look at the clock.
# - An accuracy without the number of seeds is an anecdote.
