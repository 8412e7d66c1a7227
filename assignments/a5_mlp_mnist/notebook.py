# %% [markdown]
# # An MLP on MNIST
#
# You will write a network that reads handwriting. The mathematics is that of the last four assignments. New are 60,000
# images, 200,000 parameters, the need for speed, and bugs that do not crash: they cost one per cent of accuracy, and
# one per cent looks like bad luck.
#
# When you are done, you will be able to
#
# - write a multi-layer perceptron by hand, from the bytes of a file to the training loop;
# - recognise a bug by the curves it leaves behind;
# - train to an accuracy of 98 % and beyond, and tell whether one recipe is better than another;
# - time a training loop, on a CPU or a GPU.
#
# | part | questions | points |
# | --- | --- | --- |
# | 1, the core: bytes and devices | 1 the idx file · 2 the device | 9 + 3 |
# | 1, the core: the network | 3 initialisation · 4 forward · 5 the loss · 6 backward | 9 + 9 + 6 + 19 |
# | 1, the core: training | 7 batches · 8 one epoch · 9 accuracy · 10 sigmoids · 11 six bugs | 9 + 9 + 4 + 3 + 4 |
# | 2, the ladder | 12 the accuracy ladder · 13 seconds per epoch | 11 + 5 |
# | 3, the speed lab (optional) | bfloat16, CUDA graphs, batch sizes | none |
#
# > **Time and route.** About 5½ hours (estimated): 3½ for Part 1, 2 for Part 2. Required: Parts 1 and 2. Optional:
# > "Higher" in Part 2, and Part 3. On a slow laptop: the experiments take about 3 minutes on two idle cores, longer on
# > yours; change the last lines of their cells to `attempt(train_live, 3)` and `attempt(validate, fit, predict, [0])`,
# > and skip Part 3.
#
# **Decks.** *D2L basics*: "Deep Learning Basics". *D2L in a day*: "Dive into Deep Learning in 1 Day". *USC L4*: "CSCI
# 599: Deep Learning and its Applications, Lecture 4". *Rice ML II*: COMP 646, "Machine Learning II: SGD,
# Generalization, Regularization, Softmax, MLPs". *UT first example*: "First example". Pages count the slides from the
# title slide; if your copy differs by one or two, go by the title in quotation marks.
#
# **Conventions of the course**
#
# - A batch is `X` with shape $(N, D)$, one **row** per image. `W` has shape $(C, D)$ as on the slides and in
#   `nn.Linear`, so a layer is `X @ W.T + b`.
# - We count layers of *weights*: a network with one hidden layer has $L = 2$, as in Rice ML II (p. 73). The D2L decks
#   call it "Single Hidden Layer".
# - The network returns **logits**, numbers of any size. The softmax belongs to the loss, not to the last layer.
# - A loss is a **mean** over the examples. A gradient has the shape of its parameter. Labels are integers 0 ... 9.
# - Training uses float32, gradient checks float64; so never hard-code a dtype in a function that is given tensors.
#
# **How you are graded.** The cell after each answer runs a few checks. The grader runs others: different *cases*, never
# different *requirements*. A person reads the written answers; one sentence is enough unless the question asks for
# more. No question needs the answer to an earlier one, though you may use it. Everything runs on a laptop; if the
# grader has a GPU, your functions are tested there as well.
#
# Some tests ask *how* a function works: does it leave the global random numbers alone, does it create its tensors where
# the data are? The grader finds out with the functions in `probes.py`, beside this notebook. So can you: the questions
# say which.

# %%
import functools
import gzip
import itertools
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
import probes
import variants
from checks import attempt, checks_passed

# %% [markdown]
# ## Part 1, the core: bytes and devices
#
# ### What is in the file
#
# MNIST comes as four files in a format of its own, *idx*: a header, then the data, for images the pixels, row by row,
# image after image.
#
# | bytes | meaning |
# | --- | --- |
# | 0, 1 | zero |
# | 2 | the type of the numbers: 8 means `uint8`, one byte each |
# | 3 | the number of dimensions: 3 for images, 1 for labels |
# | 4 ... | the size of each dimension, 4 bytes each, the most significant byte first ("big-endian") |
# | then | the numbers themselves |
#
# Read as one big-endian number, the first four bytes are $8 \cdot 256 + 3 = 2051$ for images and
# $8 \cdot 256 + 1 = 2049$ for labels. Such a *magic number* has one purpose: to show you when you have been given some
# other file. So check it. A network that trains on labels shifted by one place, because a byte was lost, will not
# complain. It will learn nothing, and you will look for the reason in your gradients.
#
# ### Question 1: the idx file (8 points)
#
# Write `load_idx(path)`, which returns the NumPy array in the file. (`int.from_bytes`, `struct.unpack` and
# `np.frombuffer` are useful.)
#
# *Tested:*
#
# - `path` is a `str` or a `Path`. A file whose name ends in `.gz` is compressed with gzip; any other is not.
# - Images, any number of them (even none) and of any size: shape (n, rows, columns), **float32 in [0, 1]**, each grey
#   value divided by 255.
# - Labels: shape (n,), **int64**.
# - A `ValueError` (let it say what is wrong) when the magic number is neither 2051 nor 2049, when the file ends too
#   early (in the data, in the header, or without a single byte), and when there are bytes after the last number.


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


# %% check="test_load_idx" points=8
def idx_bytes(array):
    """The content of an idx file with an array of small integers."""
    array = np.asarray(array, dtype=np.uint8)
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def load_bytes(content, name):
    """What load_idx returns for a file with this content."""
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
# ### Question 1, in one sentence (1 point, graded by a person)
#
# Suppose your `load_idx` read the sizes in the header with the *least* significant byte first. What would it do with
# the file of MNIST's 60,000 training images, and why is that good luck?

# %% [markdown] written="explain_byte_order" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# The four bytes 00 00 EA 60 of 60,000 become 1,625,948,160 images, so the file seems to end much too early and
# `load_idx` raises a `ValueError`: an absurd size is noticed, where a plausible one would have been read.
# ### END SOLUTION

# %% [markdown]
# ### Three sets
#
# `mnist.load` looks for the real files, says what it found, reads them with your function, and returns training images,
# training labels and *test images*. It does not give you the test labels: "any changes to the model after running it on
# the test set, could be influenced by what you saw" (Rice ML II, p. 11, "Training, Validation (Dev), Test Sets").
# Choose the learning rate by the test accuracy, and you have trained on the test set: the optimiser was you. **A test
# set that you may look at is a second training set.**
#
# So the last sixth of the training data (10,000 of MNIST's 60,000 images) becomes a *validation* set, for looking,
# choosing and comparing as often as you like.
#
# (If MNIST cannot be found or downloaded, `mnist.load` says so, and you get 1,797 smaller digits. The experiments take
# more and smaller steps with them, and your numbers will differ from those that this notebook quotes for MNIST.)


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
    held_out = len(X) // 6
    return (X[:-held_out], y[:-held_out]), (X[-held_out:], y[-held_out:])


def draw_samples():
    """Some images of every digit."""
    images, labels, _ = data()
    plots.samples(images, labels)


attempt(draw_samples)

# %% [markdown]
# ### Where the numbers live
#
# "GPUs love matrices and vectors (they have many processors)" (D2L in a day, p. 27, before "Deep NumPy"). Tensors live
# on a *device*, and an operation needs all its tensors on the same one. Moving them costs time. So **pick the device
# once, move everything there once, and create new tensors where the old ones are.** In code:
# `torch.zeros(n, device=X.device)`, never `torch.zeros(n)`.
#
# ### Question 2: the device (2 points)
#
# Write `pick_device()`, which returns `torch.device("cuda")` if torch can use a GPU, and `torch.device("cpu")` if not.
#
# *Tested:*
#
# - The result is a `torch.device`.
# - It agrees with what `torch.cuda.is_available()` says at the moment of the call.
#   (`probes.pretending(True, pick_device)` calls it as if there were a GPU.)


# %% answer="pick_device"
def pick_device():
    """The GPU if there is one, else the CPU."""
    ### BEGIN SOLUTION
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    ### END SOLUTION


# %% check="test_pick_device" points=2
picked = pick_device()
assert isinstance(picked, torch.device), f"type: pick_device should return a torch.device, not {picked!r}."
assert (picked.type == "cuda") == torch.cuda.is_available(), (
    f"value: torch.cuda.is_available() is {torch.cuda.is_available()} here, and you picked {picked}."
)
checks_passed()

# %% [markdown]
# ### Question 2, in one sentence (1 point, graded by a person)
#
# A function contains `mask = torch.zeros(len(X))` and, ten lines later, `Z = Z * mask`. It runs on your laptop and
# fails on your friend's GPU. At which of the two lines, and why not at the other?

# %% [markdown] written="explain_device" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# At the product: a new tensor may lie on any device, so creating it on the CPU is no error; combining it with a tensor
# on the GPU is.
# ### END SOLUTION

# %% [markdown]
# ## Part 1, the core: the network
#
# ### Layers, and why they must bend
#
# Stacked layers (D2L basics, p. 71, and D2L in a day, p. 67, "Multiple Hidden Layers"; Rice ML II, p. 74, "N-layer
# MLP", with $\sigma$ = sigmoid and other letters):
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
# "Why do we need a nonlinear activation?" ask D2L basics (p. 65) and D2L in a day (p. 62, "Single Hidden Layer"). Leave
# $\sigma$ out:
#
# $$W_2 (W_1 \mathbf x + \mathbf b_1) + \mathbf b_2 = \underbrace{W_2 W_1}_{W'} \mathbf x +
# \underbrace{W_2 \mathbf b_1 + \mathbf b_2}_{\mathbf b'} .$$
#
# Two layers, 203,530 parameters, and it is still the linear classifier of the softmax assignment. A hundred layers
# would be, too. We take the **ReLU**, $\max(z, 0)$ (D2L basics, p. 67, "ReLU Activation"): it costs almost nothing, and
# where a unit is active its slope is 1, so the gradient passes unchanged.
#
# > **Slips on the slides.**
# >
# > - D2L basics, p. 64, and D2L in a day, p. 61, "Single Hidden Layer": $\mathbf w_2^\top \mathbf h + b_2$ has one
# >   output. For ten classes the vector $\mathbf w_2$ becomes a matrix.
# > - Rice ML II, p. 70, "Linear Softmax", writes $w x^\top + b^\top$ because its $x$ is a row. The result is a
# >   column, so the next layers (pp. 73 and 74) need $w_{[2]} a_1$, not
# >   $w_{[2]} a_1^\top$.
# > - Rice ML II, p. 81, "How to train the parameters?": the chain should end in
# >   $\dots \frac{\partial a_{k+1}}{\partial a_k} \frac{\partial a_k}{\partial w_{[k]}}$ (the last indices on the slide
# >   are off).
# > - D2L in a day, p. 54, "From Regression to Multi-class Classification": $-\log p(y \mid y)$ should be
# >   $-\log p(y \mid o)$.
# > - UT first example, p. 40, "Initialization": $\mathcal N(0, \sigma)$ does not say what $\sigma$ is. The next section
# >   works it out.
#
# ### How large should the first weights be?
#
# A unit computes $z = \sum_{j=1}^D w_j a_j$. The weights are independent, with mean 0 and variance $v$; the $a_j$ are
# the inputs. The cross terms $\mathbb E[w_i w_j]$ vanish, and what is left is
#
# $$\mathbb E[z^2] = \sum_{j=1}^D \mathbb E[w_j^2]\, a_j^2 = v \sum_{j=1}^D a_j^2 = v D \cdot \overline{a^2} ,$$
#
# where $\overline{a^2}$ is the mean square of the inputs. The distribution of $z$ is symmetric around 0, and the ReLU
# deletes its negative half. So half of the mean square survives:
#
# $$\overline{a'^2} = \tfrac12 \mathbb E[z^2] = \tfrac12\, v D \cdot \overline{a^2} .$$
#
# Each layer multiplies the mean square by $\tfrac12 v D$. Any factor but 1 makes a geometric sequence, which dies out
# or explodes. So
#
# $$\boxed{\; v = \frac2D \;}$$
#
# with $D$ the number of **inputs** of the layer. This is the initialisation of He et al. (2015). Without the ReLU the
# factor $\tfrac12$ is missing, and $v = 1/D$ would be right. Biases have no such problem: they start at 0.
#
# ### Question 3: initialisation (8 points)
#
# Write `init(sizes, generator, device)`. `sizes` is a list such as `[784, 256, 10]`, with at least two numbers. Draw
# the weights **on the CPU**, layer by layer, and then move them: the same seed must give the same network on every
# device.
#
# *Tested:*
#
# - The result is a **list of pairs** `(W, b)`, one for each layer, with `W` of shape (outputs, inputs).
# - Every entry of `W` is drawn independently from $\mathcal N(0, 2/D)$ ($2/D$ is the *variance*, $D$ the number of
#   inputs); `b` is all zeros.
# - All tensors are float32 and on `device` (try `probes.elsewhere(init, [5, 4, 3], generator, "meta")`).
# - All random numbers come from `generator`, a `torch.Generator` on the CPU: the same seed gives the same network;
#   another seed, or a second call with the same generator, gives a different one. torch's global random state is
#   neither used nor changed.


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


# %% check="test_init" points=8
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
# ### Question 3, in one sentence (1 point, graded by a person)
#
# Somebody sets every weight of 784-256-10 to 0.01 and every bias to 0, and trains for an hour. How many *different*
# rows does $W_1$ then have, and why?

# %% [markdown] written="explain_equal_weights" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# One: all hidden units compute the same value and send it to each logit with the same weight, so they get the same
# gradient in every step and stay copies of each other.
# ### END SOLUTION

# %% [markdown]
# ### Question 4: forward (9 points)
#
# Write `forward(params, X)`, which returns the pair `(logits, cache)`. The cache holds what the backward pass will
# need.
#
# *Tested:*
#
# - `logits` has shape $(N, C)$: $Z_L$ from above, with a ReLU between the layers and **none after the last one**.
# - `cache` is the pair `(params, activations)`, where `activations` is the list $[A_0, A_1, \dots, A_{L-1}, Z_L]$: it
#   begins with `X`, ends with the logits, and those in between are taken *after* their ReLU.
# - Any number of layers (one layer has no ReLU at all) and any number of examples (even one).
# - The result has the dtype of the input, float32 or float64; `params` and `X` are unchanged.
# - For images and a fresh network, the loss of the logits is near $\ln 10$.


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


# %% check="test_forward" points=9
toy = [
    (torch.tensor([[1.0, 0.0], [0.0, -1.0]]), torch.tensor([0.0, 1.0])),
    (torch.tensor([[1.0, 1.0], [1.0, -1.0], [0.0, 2.0]]), torch.tensor([0.0, 0.0, -5.0])),
]
answer = forward(toy, torch.tensor([[2.0, 3.0], [-1.0, 0.0]]))
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: forward should return the pair (logits, cache), but it returned a {type(answer).__name__}."
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
# The calculation, put to the test: thirty layers of 256 units. With half the variance, the activations shrink by a
# factor of $\sqrt2$ in each layer, and in thirty of them by $2^{15} = 32{,}768$.


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
# Cross-entropy from logits (D2L in a day, p. 55, "Softmax and Cross-Entropy Loss"), as you derived it in the softmax
# assignment, for one example with label $y$:
#
# $$\ell = \log \sum_c e^{o_c} - o_y .$$
#
# Factor the largest logit out of the sum, and nothing overflows, nor is the logarithm ever taken of a number that was
# rounded to zero. `torch.logsumexp` does that, and so does `F.cross_entropy`; you may use either.
#
# A network that knows nothing gives every class the same logit, and its loss is $\ln 10 = 2.3026$. **Look at the first
# loss of every network you ever train.** If it is 8, the initialisation is wrong. Ours should be a *little* above $\ln
# 10$: fresh logits are not quite equal; averaged over many networks, their mean square is twice that of a pixel, as the
# calculation above says.
#
# ### Question 5: the loss (5 points)
#
# Write `loss(logits, y)`, the mean cross-entropy of the batch. `logits` has shape $(N, C)$, `y` holds $N$ integers.
#
# *Tested:*
#
# - The result is a tensor **without dimensions**, with the dtype and on the device of the logits. (A Python number has
#   left the device.)
# - It is right for any $C$, for one example, and for logits of $\pm 1000$ and beyond, where it is still finite.
# - `logits` and `y` are unchanged.


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

# %% [markdown]
# ### Question 5, in one sentence (1 point, graded by a person)
#
# A colleague's new network for 200 kinds of birds begins with a loss of 5.3. Is something wrong with it, and how do you
# know?

# %% [markdown] written="explain_first_loss" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# No: a network that knows nothing about 200 classes gives each the probability 1/200 and costs $\ln 200 = 5.298$.
# ### END SOLUTION


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
# Write $\delta_k = \partial L / \partial Z_k$, a matrix of the shape of $Z_k$. (Here $L$ is the loss; as an index it is
# still the number of layers.) Backpropagation through an MLP is three facts.
#
# **1. It begins with prediction minus truth.** For one example the gradient is $\hat{\mathbf y} - \mathbf y$ (Rice ML
# II, p. 61, "Computing Analytic Gradients"; D2L in a day, p. 55). Our loss is a mean, so each row is divided by $N$:
#
# $$\delta_L = \frac1N \big( \mathrm{softmax}(Z_L) - Y \big) \qquad (Y: \text{one-hot labels}).$$
#
# **2. Through a layer.** For one entry, $Z_k = A_{k-1} W_k^\top + \mathbf b_k$ reads $Z_{ni} = \sum_j A_{nj} W_{ij} +
# b_i$. The weight $W_{ij}$ is used by every example $n$, once, with the factor $A_{nj}$; and gradients add at branches
# (USC L4, p. 167, "Multiple output"). So
#
# $$\frac{\partial L}{\partial W_{ij}} = \sum_n \delta_{ni} A_{nj}, \qquad \frac{\partial L}{\partial b_i} =
# \sum_n \delta_{ni}, \qquad \frac{\partial L}{\partial A_{nj}} = \sum_i \delta_{ni} W_{ij} ,$$
#
# and as matrices
#
# $$dW_k = \delta_k^\top A_{k-1}, \qquad d\mathbf b_k = \text{sum of the rows of } \delta_k, \qquad
# \frac{\partial L}{\partial A_{k-1}} = \delta_k W_k .$$
#
# You need not memorise this: of all products of $\delta_k$ $(N, C)$, $A_{k-1}$ $(N, D)$ and $W_k$ $(C, D)$, only these
# have the shapes of $W_k$ and $A_{k-1}$. (USC L4, p. 180, "A vectorized example", has the same with $\delta_i = 2
# q_i$.)
#
# **3. Through a ReLU.** It passes the gradient on where its output was positive, and blocks it elsewhere:
#
# $$\delta_{k-1} = (\delta_k W_k) \odot [A_{k-1} > 0] .$$
#
# At exactly 0 the ReLU has no derivative; any number in $[0, 1]$ is allowed there (D2L basics, p. 26, "Calculus -
# Non-differentiable"). We take 0, as PyTorch does. $A_{k-1}$ is positive exactly where $Z_{k-1}$ is, so the cache need
# not hold both.
#
# Each $\delta_k$ is used twice, for $dW_k$ and for $\delta_{k-1}$. That is why backward takes only about twice as many
# multiplications as forward, however deep the network.
#
# ### Question 6: backward (18 points)
#
# Write `backward(cache, y)`, **by hand**: no `requires_grad`, no `.backward()`, no `torch.autograd`. `cache` is what
# `forward` returns, `(params, [X, A_1, ..., A_{L-1}, logits])`.
#
# *Tested:*
#
# - The result is a list of pairs `(dW, db)`, in the order, with the shapes and with the dtype of `params`: the
#   gradients of the **mean** cross-entropy, compared with autograd in float64.
# - 1, 2, 3 and more layers of different widths; one example and many.
# - Units that are off, activations of exactly 0, and large logits.
# - It works on plain tensors, and with gradients switched off.
# - Everything in `cache`, and `y`, is unchanged.


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


# %% check="test_backward" points=18
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
# ### Question 6, in one sentence (1 point, graded by a person)
#
# In a test with $N = D = C = 10$ the shapes can no longer tell $\delta^\top A$ from $A^\top \delta$. Which single
# number would you compare, and with what, to tell them apart?

# %% [markdown] written="explain_square_shapes" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# One entry off the diagonal, say $dW_{12}$, with the central difference of the loss when only $W_{12}$ is changed: the
# transposed product has $dW_{21}$ in that place. (On the diagonal the two agree.)
# ### END SOLUTION

# %% [markdown]
# Your gradients against autograd, on real digits and a deeper network. The precision of float32 is enough for training,
# and too little for checking.


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
# ## Part 1, the core: training
#
# ### Batches where the data live
#
# "Single observation is not efficient on GPU" (D2L basics, p. 47, "Mini-batch Stochastic Gradient Descent (SGD)"). But
# what usually makes a small network slow is not the arithmetic. It is *fetching* the batch: PyTorch's `DataLoader`, as
# every tutorial uses it, picks images one by one in Python, stacks them, and copies the stack to the device. MNIST's
# training images take 188 MB as float32. Put them on the device once, and a batch is one indexing operation.
#
# > **Slips on the slides.** Rice ML II, p. 7, "Stochastic Gradient Descent (mini-batch)":
# >
# > - it computes $dL_B(w, b)$ and then takes its step with $dl(w, b)$, the gradient of one example;
# > - $L_B$ is a sum, so the learning rate that suits it depends on the batch size (with our mean, much less so);
# > - the letter $b$ both counts the batches and is the bias.
#
# ### Question 7: batches (8 points)
#
# Write `batches(X, y, B, generator)`, which splits one epoch into batches: an iterable (a generator function or a list,
# as you like) of pairs `(Xb, yb)`.
#
# *Tested:*
#
# - Each example occurs **exactly once**, together with its own label. Every batch holds `B` examples, except the last,
#   which holds the rest when `B` does not divide $N$. No batch is empty, and `B` may be 1 or larger than $N$.
# - The order is random, and any two examples may meet in a batch. It comes from `generator` alone, a `torch.Generator`
#   on the CPU or on the device of `X` (see `generator.device`): equal seeds give equal batches, a second call gives
#   different ones. torch's global random state is neither used nor changed.
# - `Xb` and `yb` are on the device of `X`, and no image travels through the CPU (try `probes.elsewhere(batches, X, y,
#   4, generator)`).
# - `Xb` has the dtype of `X` and the shape of its examples: `X` may also be $(N, 28, 28)$. `X` and `y` are unchanged.


# %% answer="batches"
def batches(X, y, B, generator):
    """One epoch: pairs (Xb, yb) of B examples in random order; the last pair holds the rest."""
    ### BEGIN SOLUTION
    order = torch.randperm(len(X), generator=generator, device=generator.device).to(X.device)
    for index in order.split(B):
        yield X[index], y[index]
    ### END SOLUTION


# %% check="test_batches" points=8
ten_X, ten_y = torch.arange(10.0)[:, None] * torch.ones(3), torch.arange(10)
generator = torch.Generator().manual_seed(0)
epoch = list(batches(ten_X, ten_y, 4, generator))
shapes = [tuple(Xb.shape) for Xb, _ in epoch]
assert shapes == [(4, 3), (4, 3), (2, 3)], (
    f"shape: ten examples in batches of 4 make (4, 3), (4, 3) and (2, 3), and yours are {shapes}."
)
seen = torch.cat([yb for _, yb in epoch]).tolist()
assert sorted(seen) == list(range(10)), f"value: in one epoch each example occurs once, and yours are {seen}."
assert all(torch.equal(Xb[:, 0].long(), yb) for Xb, yb in epoch), (
    "value: images and labels no longer belong together. Hint: one order for both."
)
second = torch.cat([yb for _, yb in batches(ten_X, ten_y, 4, generator)]).tolist()
assert seen != second, "value: the second epoch has the order of the first. Hint: torch.randperm, with `generator`."
checks_passed()

# %% [markdown]
# ### Question 7, in one sentence (1 point, graded by a person)
#
# 50,000 examples in batches of 64: how many examples are in the last batch, and by what factor does each of them count
# too much if somebody averages the losses of the batches?

# %% [markdown] written="explain_last_batch" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# 781 full batches leave 16 examples, and a batch of 16 counts as much as one of 64, so each of the 16 counts four times
# too much.
# ### END SOLUTION

# %% [markdown]
# ### One epoch
#
# For each batch, plain SGD (Rice ML II, p. 7): $W \leftarrow W - \lambda\, dW$ and
# $\mathbf b \leftarrow \mathbf b - \lambda\, d\mathbf b$. Two points of craft:
#
# **In place.** `W -= lr * dW` changes the numbers where they are. `W = W - lr * dW` makes a new tensor with the name
# `W`, and `params` still holds the old one: the network never learns, and there is no error.
#
# **No `print` in the loop** (the slide has one), and no `.item()`, `float(...)` or `if loss < ...` either. Python hands
# the GPU one operation after another and runs ahead; to *see* a number, it has to wait until everything is finished, in
# every batch. So sum up the loss in a tensor on the device, and read it once, at the end.
#
# ### Question 8: one epoch (9 points)
#
# Write `train_epoch(params, X, y, B, lr, generator)`: one epoch of plain SGD over the batches of size `B`. `params`
# holds plain tensors, as `init` makes them.
#
# *Tested:*
#
# - The tensors in `params` change **in place**, by one step for each batch, for $B \ge N$ and for $B < N$, even if $B$
#   does not divide $N$.
# - It returns the mean loss over the *examples*, each measured before the step of its batch, as a Python `float`.
# - No other number is read out of a tensor on the way (`probes.readings(train_epoch, ...)` counts).
# - The order comes from `generator`: equal seeds give equal epochs, different seeds different ones.
# - 64 examples of ten classes are learned by heart in 40 epochs, to a loss below $0.05$, with a hidden layer and
#   without.
# - On a GPU everything stays there. `X`, `y` and torch's global random state are unchanged.


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


# %% check="test_train_epoch" points=9
def clouds(N=40, seed=0):
    """Two clouds of points, far from each other."""
    y = torch.arange(N) % 2
    return torch.randn(N, 2, generator=torch.Generator().manual_seed(seed)) + 4.0 * y[:, None], y


clouds_X, clouds_y = clouds()
params, generator = [(torch.zeros(2, 2), torch.zeros(2))], torch.Generator().manual_seed(0)
W = params[0][0]
first = train_epoch(params, clouds_X, clouds_y, 40, 0.1, generator)
assert isinstance(first, float), f"type: train_epoch should return a float, not a {type(first).__name__}."
assert abs(first - math.log(2)) < 1e-6, (
    f"value: before its first step the loss of this network is ln 2 = 0.6931, and you report {first:.4f}."
)
assert params[0][0] is W and W.any(), (
    "value: the tensors in params should change in place. Hint: W -= ... does that, W = W - ... does not."
)
for _ in range(20):
    last = train_epoch(params, clouds_X, clouds_y, 8, 0.1, generator)
assert last < 0.1, f"value: after 21 epochs the loss should be below 0.1, but it is {last:.3f}."
checks_passed()

# %% [markdown]
# ### Question 9: accuracy (4 points)
#
# Write `evaluate(params, X, y)`: the accuracy, the share of examples whose largest logit is that of the right class.
# (UT first example, p. 28, writes $\hat y = \arg\max_y P(y \mid x)$; the
# softmax does not change which one is largest.) A measurement must not disturb what it measures.
#
# *Tested:*
#
# - The result is a Python `float` in $[0, 1]$, for one example and for many, for any number of layers and classes.
# - All arguments are unchanged.
# - So are two things that a function can change by accident: whether torch records gradients (on or off), and its
#   global random state. `probes.surroundings()` returns both.


# %% answer="evaluate"
def evaluate(params, X, y):
    """The accuracy: the share of examples whose largest logit is the right one."""
    ### BEGIN SOLUTION
    with torch.no_grad():
        logits, _ = forward(params, X)
        return float((logits.argmax(dim=1) == y).double().mean())
    ### END SOLUTION


# %% check="test_evaluate" points=4
three = [(torch.eye(3), torch.zeros(3))]
accuracy = evaluate(three, torch.eye(3)[[0, 1, 2, 2]], torch.tensor([0, 1, 2, 0]))
assert isinstance(accuracy, float), f"type: evaluate should return a float, not a {type(accuracy).__name__}."
assert accuracy == 0.75, f"value: three of four are right, which is 0.75, not {accuracy}."
checks_passed()

# %% [markdown]
# Everything together, live. Watch the two curves on the right. At first they run together. Then the orange one pulls
# away from the green: the network has begun to learn its training images by heart. This is *overfitting* (Rice ML II,
# p. 23, "Overfitting"), and Part 2 is about having less of it.


# %% tags=["experiment"]
def train_live(epochs=10):
    """Trains 784-256-10 while you look; returns the parameters before and after."""
    device, generator = pick_device(), torch.Generator().manual_seed(0)
    (X, y), (V, v) = split(device)
    B, lr = variants.pace(X)
    params = init([X.shape[1], 256, 10], generator, device)
    before = [(W.clone(), b.clone()) for W, b in params]
    live = plots.Live(epochs, f"784-256-10 on {mnist.find().name}, SGD with $B$ = {B}, $\\lambda$ = {lr}")
    for _ in range(epochs):
        mean_loss = train_epoch(params, X, y, B, lr, generator)
        live.add(mean_loss, evaluate(params, X, y), evaluate(params, V, v))
    return before, params


trained = attempt(train_live)

# %% [markdown]
# What has it learned? The weights of a unit in the first layer *are* an image: of what the unit looks for. The upper
# rows show the units that have changed most, still noisy from the initialisation. Subtract the first weights, and you
# get the lower rows, what *training* has added: strokes and their opposites, none of them a digit. In the corners,
# where no digit ever has ink, it has added nothing at all: $dW = \delta^\top X$ is zero where $X$ is.
#
# Below them are the confusion matrix and the mistakes that the network was most sure of. Some of these labels are
# debatable, and an accuracy of 100.00 % would mean agreeing with *every* one of them.


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
# ### Question 10: sigmoid or ReLU, your experiment (3 points, graded by a person)
#
# Rice ML II uses sigmoids (p. 74), we used ReLUs. What does this one change cost? The cell below trains 784-256-10 for
# one epoch with ReLUs and notes the validation accuracy. Then it trains the same network, from the same first weights
# and with the same batches, with **sigmoids** until it is as good.
#
# 1. How many epochs will the sigmoids need? Put your prediction into the first line of the cell, and run the cell.
# 2. Below it, write your prediction, the result, and *why* in two sentences. (How large can the slope of a sigmoid be?)

# %% tags=["experiment"]
prediction = None  # a number of epochs, before you run this cell


def sigmoid_against_relu(prediction, most=30):
    """Trains with sigmoids until the network is as good as with ReLUs after one epoch."""
    if prediction is None:
        return print("Write your prediction into the first line of this cell.")
    training, validation = split(pick_device())
    _, (_, goal) = itertools.islice(variants.train(training, validation), 2)
    print(f"{'ReLU':>8}, epoch  1: {100 * goal:.2f} %")
    for epoch, (_, accuracy) in enumerate(variants.train(training, validation, activation=torch.sigmoid)):
        print(f"{'sigmoid':>8}, epoch {epoch:2}: {100 * accuracy:.2f} %")
        if accuracy >= goal or epoch == most:
            return print(f"You said {prediction}.")


attempt(sigmoid_against_relu, prediction)

# %% [markdown] written="explain_sigmoid" points=3
# *Prediction, result, and two sentences.*
#
# ### BEGIN SOLUTION
# Prediction: 3 epochs. Result on MNIST: 95.1 % after one epoch with ReLUs, and after 8 epochs with sigmoids.
#
# The slope of a sigmoid is at most 1/4, so every gradient of the first layer is at least four times smaller than what
# arrives at the hidden units, while an active ReLU passes on all of it. Besides, the hidden units all begin near 0.5
# and hardly differ between images, so the last layer has little to work with.
# ### END SOLUTION

# %% [markdown]
# ### Question 11: six bugs (3 points, graded by a person)
#
# Six mistakes that people make, and that run without an error message:
#
# - **gradients never reset**: `optimizer.zero_grad()` is forgotten, and each gradient is added to all earlier ones;
# - **no activation** between the layers;
# - **not shuffled**, with data sorted by class, as data in folders often are;
# - **softmax before the cross-entropy**, as many slides draw it (`F.cross_entropy` expects logits and has a softmax of
#   its own);
# - **squared error** between logits and one-hot labels (D2L basics, p. 53, "Use Square Loss?");
# - **zero initialisation** of all weights.
#
# The cell below trains a correct network and six broken ones, A to F, three epochs each. (Where it matters, the
# learning rate has been adapted.) Epoch 0 is the network before training. Which bug made which run? Give the clue for
# each, in a few words.


# %% tags=["experiment"]
def draw_mistakes():
    """The correct run and the six others, as a table and as a picture."""
    runs = variants.runs(*split(pick_device()))
    print(f"{'epoch':10}{'0':>8}{'1':>8}{'2':>8}{'3':>8}{'0':>13}{'1':>8}{'2':>8}{'3':>8}")
    for name, (losses, accuracies) in runs.items():
        row = "".join(f"{value:8.4f}" for value in losses) + " " * 5
        print(f"{name:10}{row}{''.join(f'{100 * value:8.2f}' for value in accuracies)} %")
    plots.runs(runs)


attempt(draw_mistakes)

# %% [markdown] written="explain_bugs" points=3
# *A to F: which bug, and the clue.*
#
# ### BEGIN SOLUTION
# - A: squared error. The first loss is not near $\ln 10$, as it is for every untrained network with cross-entropy.
# - B: not shuffled. A low loss, and an accuracy near 10 %.
# - C: zero initialisation. The loss stays at $\ln 10 = 2.3026$.
# - D: softmax before the cross-entropy. The accuracy is high and the loss stays above 1.46.
# - E: gradients never reset. The loss rises, and nothing is learned.
# - F: no activation. It learns, and then stays at about 92 % (on MNIST): a linear classifier.
# ### END SOLUTION

# %% [markdown]
# Unfold this when your answer is written.
#
# <details><summary>What would have told me?</summary>
#
# - **A, squared error**: the first loss, which is not $\ln 10$. Its accuracy would not have told you.
# - **B, not shuffled**: the accuracy. The loss is low (on MNIST **the lowest of all**): after many images of one digit
#   the network says this digit, and is right until the next class begins. (MNIST's own order is mixed already; there
#   you would not notice, and learn a bad habit.)
# - **C, zero initialisation**: the loss, which stays at $\ln 10$. The hidden units are all 0, and so are the gradients
#   of all weights; only the ten biases of the last layer learn.
# - **D, softmax before the cross-entropy**: the loss. It is that of probabilities instead of logits, and even
#   certainty, $(1, 0, \dots, 0)$ for the right class, costs
#
#   $$\ln\big(e^1 + 9 e^0\big) - 1 = 2.4612 - 1 = 1.4612 .$$
#
#   Judged by its accuracy, it just needs a bit more tuning.
# - **E, gradients never reset**: both. This is momentum that never forgets: the steps grow, and the loss with them.
# - **F, no activation**: only the comparison with the correct run. So make the comparison: change one thing, keep the
#   rest.
#
# </details>
#
# ### Question 11, learning by heart (1 point, graded by a person)
#
# One more control, which every result you report deserves: **shuffle** the labels of 1,000 images, and train for 150
# epochs. Predict the accuracy on these images with these labels, and on fresh images, with a reason for each, in one
# sentence. Then run the cell.

# %% [markdown] written="predict_shuffled_labels" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# 100 % on the shuffled labels, because 203,530 parameters can learn 1,000 labels by heart, and about 10 % on fresh
# images, because shuffled labels say nothing about the digits and one guess in ten is right.
# ### END SOLUTION


# %% tags=["experiment"]
def draw_memory(epochs=150):
    """Trains on shuffled labels."""
    generator, device = torch.Generator().manual_seed(0), pick_device()
    (X, y), (V, v) = split(device)
    B, lr = variants.pace(X)
    X, y = X[:1000], y[:1000]
    y = y[torch.randperm(len(y), generator=generator).to(device)]
    params = init([X.shape[1], 256, 10], generator, device)
    losses, train, validation = [], [], []
    for _ in range(epochs):
        losses.append(train_epoch(params, X, y, B, min(lr, 0.1), generator))
        train.append(evaluate(params, X, y))
        validation.append(evaluate(params, V, v))
    plots.memorised(losses, train, validation)
    print(
        f"after {epochs} epochs: {100 * train[-1]:.1f} % of the shuffled labels, {100 * validation[-1]:.1f} % elsewhere"
    )


attempt(draw_memory)

# %% [markdown]
# So a training accuracy of 100 % says only that the network is large enough and that the loop works. (For *that* it is
# an excellent test: a network that cannot learn 64 images by heart is broken.) And a network that was trained on
# shuffled labels and still reads the test images has seen the true labels. The grader runs this control in Question 12.
#
# ## Part 2, the ladder
#
# ### Four things that help
#
# From here on use whatever PyTorch has: `nn.Module`, autograd, `torch.optim`. Plain SGD brings the network to about 98
# % on MNIST's validation images. What it lacks is not size: with the first three of the following, the same 784-256-10
# reaches 98.5 %, and a little more on the test images, because the grader trains with all 60,000.
#
# 1. **An optimiser with a memory.** You know momentum. *Adam* (listed in USC L4, p. 91) also divides each step by a
#    running average of the size of its gradients, so that rare and faint pixels get steps as long as common ones.
#    `torch.optim.AdamW` keeps the weight decay out of that division.
# 2. **A learning rate that rises and falls**: careful first, then large steps, and in the end steps that shrink to
#    nothing, so that the noise of the batches averages out. `OneCycleLR` goes up along one cosine and down along
#    another.
# 3. **Label smoothing.** Cross-entropy never rests: it can always be lowered by making a right answer *more* certain.
#    `F.cross_entropy(..., label_smoothing=0.1)` asks for 91 % certainty and is then content.
# 4. **More data than you have.** A 7 that is moved by two pixels is still a 7. `shifted`, below, moves each image of a
#    batch at random and leaves even a large network little to learn by heart. Dropout, which switches random units off,
#    has a similar effect.
#
# For comparison, error rates from Yann LeCun's MNIST page: 300 hidden units, squared error, 4.7 % (LeCun et al., 1998);
# 800 hidden units, cross-entropy, 1.6 % (Simard et al., 2003); five hidden layers of up to 2500 units and elastic
# distortions of the images, 0.35 % (Ciresan et al., 2010).
#
# ### Question 12: the accuracy ladder (10 points)
#
# Write two functions.
#
# - `fit(images, labels, seed, device)` trains a network and returns it. `images` and `labels` are what `load_idx`
#   gives: NumPy arrays, float32 of shape $(N, 28, 28)$ and int64. `device` is `"cpu"`, `"cuda"` or a `torch.device`.
#   Return anything that `predict` understands: a list of pairs, an `nn.Module`. Let the seed decide everything that is
#   random, or you will never know whether a change helped.
# - `predict(params, images)` returns the digit that it sees in each image: int64 labels of shape $(N,)$, as an array or
#   a tensor. `params` is what `fit` returned.
#
# *Tested:*
#
# - **The ladder.** The grader calls `fit` with the whole training set and three seeds of its own, then `predict` with
#   the test images, in orders of its own, and takes the mean of the three accuracies. Below 96.5 % there are no points;
#   96.5 % is worth 4 points, 98.0 % is worth 10, and in between it is a straight line. Above that there are badges
#   without points, at 98.6 % and 99.2 %. (Where MNIST is not available, the ladder for the 1,437 smaller digits begins
#   at 96.5 % as well and ends at 98.5 %, with badges at 99.0 % and 99.6 %. So count *steps*, not only epochs: 15 epochs
#   of 1,437 images are almost nothing.)
# - **The clock.** Each call of `fit` may take up to a minute, on a machine that may have two cores and no GPU. If one
#   takes longer, the ladder earns no points.
# - **The control.** `fit` may use the images and labels that it is given, and nothing else: no file, no network that
#   was trained before. Trained on 3,000 images (1,000 of the smaller digits) with *shuffled* labels, your network can
#   only guess, and reads about 10 % of the test images right. A network that reads more than 30 % has seen the labels:
#   no points, and staff will contact you.
# - A mean of exactly 100.00 % is looked at by a person.
#
# Choose with the *validation* images.


# %% answer="fit"
def fit(images, labels, seed, device):
    """Trains a network on the images; the seed decides everything that is random."""
    ### BEGIN SOLUTION
    generator, shuffler = torch.Generator().manual_seed(seed), torch.Generator(device).manual_seed(seed + 1)
    X, y = torch.tensor(images, device=device).flatten(1), torch.tensor(labels, device=device)
    params = init([28 * 28, 256, 10], generator, device)
    weights, biases = ([tensor.requires_grad_() for tensor in kind] for kind in zip(*params))
    groups = [{"params": weights, "weight_decay": 0.1}, {"params": biases, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, fused=True)
    B, epochs = 256, 15 if len(X) > 10_000 else 50
    steps = epochs * math.ceil(len(X) / B)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=steps)
    for _ in range(epochs):
        for Xb, yb in batches(X, y, B, shuffler):
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
assert read.shape == (80,), f"shape: predict should return 80 labels for 80 images, but it returned shape {read.shape}."
assert read.dtype == np.int64, f"type: predict should return int64 labels, not {read.dtype}. Hint: argmax."
assert np.mean(read == bars_labels) > 0.9, (
    f"value: ten kinds of bars, eight images of each, and {100 * np.mean(read == bars_labels):.0f} % are read right. "
    "Hint: with 80 images an epoch may be a single step; how many steps do you take?"
)
checks_passed()

# %% [markdown]
# Your recipe on the *validation* images, with three seeds. The spread between seeds is worth a look.


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
# ### Question 12, in one sentence (1 point, graded by a person)
#
# Averaged over three seeds, recipe P reaches 98.31 % and recipe Q 98.35 %; for both the standard deviation between
# seeds is 0.06. Which one is better, and what do you do next?

# %% [markdown] written="explain_seeds" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# Nobody can say: the difference, 0.04, is smaller than its standard error, $0.06 \sqrt{2/3} = 0.05$, so train both with
# many more seeds, or keep the simpler one.
# ### END SOLUTION

# %% [markdown]
# ### Higher (optional)
#
# The small network comes close to the first badge. To get past it you need a larger one, and the fourth of the four
# ideas. Two hidden layers of 1024 units, dropout (0.1 of the pixels, 0.3 of the hidden units), smoothed labels, one
# cycle and shifted images have reached 98.92 % on MNIST's test images. That took two and a half minutes for each seed
# on two busy CPU cores: too long for a grader without a GPU, so look at the `device` that you are given. Here is the
# tedious part, moving each image by its own amount without a loop.


# %%
def shifted(images, generator, reach=2):
    """A batch (N, 28, 28), each image moved by up to `reach` pixels in both directions, another way each time."""
    N, height, width = images.shape
    padded = F.pad(images, (reach,) * 4)
    down, right = torch.randint(0, 2 * reach + 1, (2, N, 1), generator=generator).to(images.device)
    rows = torch.arange(height, device=images.device) + down
    columns = torch.arange(width, device=images.device) + right
    return padded[torch.arange(N, device=images.device)[:, None, None], rows[:, :, None], columns[:, None, :]]


# %% [markdown]
# ### A stopwatch
#
# Three things spoil a measurement of time.
#
# - **The first time is different.** Memory is requested, kernels are loaded, libraries choose their algorithms. So run
#   once without counting.
# - **A GPU works in the background.** An operation returns as soon as it is queued. Look at the clock then, and you
#   have timed how fast Python can ask. `torch.cuda.synchronize()` waits until everything is done: call it **before
#   every look** at the clock, even the first, or you pay for somebody else's work.
# - **Other programs exist.** Measure several times and take the *median*. One hiccup ruins a mean, and the minimum is
#   luck.
#
# ### Question 13: seconds per epoch (4 points)
#
# Write `seconds_per_epoch(epoch, device, repeats=3)`, which times `epoch`, a function without arguments.
#
# *Tested:*
#
# - `epoch` is called once to warm up, then `repeats` times, each call timed on its own.
# - The result is the median of these times, in seconds, as a `float`.
# - If `device` (`"cpu"`, `"cuda"` or a `torch.device`) is a GPU, work that is still queued counts
#   (`probes.queued(device)` makes such an epoch).


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


# %% check="test_seconds_per_epoch" points=4
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
# ### Question 13, in one sentence (1 point, graded by a person)
#
# With $B = 4096$ an epoch takes half as long as with $B = 64$, at the same learning rate. Why may training to 97 %
# still take longer?

# %% [markdown] written="explain_batch_size" points=1
# *One sentence.*
#
# ### BEGIN SOLUTION
# An epoch with $B = 4096$ has 64 times fewer steps at the same learning rate, so it moves the parameters much less, and
# many more epochs are needed.
# ### END SOLUTION

# %% [markdown]
# ## Part 3, the speed lab (optional)
#
# There are no points here: pick what interests you.
#
# ### Where does the time go?
#
# The last cell of this part times the same steps of plain SGD in two loops: the one in every tutorial (`DataLoader`,
# batch to the device, `loss.item()` in each step) and your `train_epoch`. On a CPU the difference is the price of
# picking images one by one.
#
# ### Half the bytes
#
# What is left on a CPU is matrix products, and only cheaper numbers make those faster. The gradient of a mini-batch is
# noise after the first digit or two; who needs seven? A **bfloat16** has the exponent of a float32 and 8 significant
# bits instead of 24, that is, two to three decimal digits. It is half as large, and recent processors multiply it
# faster. (Older ones emulate it, and are slower for it: your stopwatch knows.)
#
# One thing must not be rounded like that: the parameters. Near 0.05, neighbouring bfloat16 numbers are 0.0002 apart. A
# step $\lambda \, dW$ of 0.0001 is rounded away, and so is the next one. So the parameters stay float32, the products
# are computed with copies in bfloat16, and the steps are taken on the originals: *mixed precision* (Micikevicius et
# al., ICLR 2018; for bfloat16 Kalamkar et al., 2019). Inside `torch.autocast` every product makes such copies of what
# it is given, so your own `train_epoch` can stay as it is.


# %% tags=["experiment"]
def rounded_away(weight=0.05, step=0.0001):
    """A small step from a weight, in both precisions."""
    for dtype in (torch.float32, torch.bfloat16):
        before = torch.tensor(weight, dtype=dtype)
        print(f"{str(dtype).removeprefix('torch.'):>8}: {before:.6f} - {step} = {before - step:.6f}")


def compare_precision(epochs=4, B=256):
    """Epochs in both precisions, from the same start and with the same batches."""
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
# A GPU finishes each operation of our small network faster than Python can ask for the next one. It is idle most of the
# time. Four remedies, all in the cell below:
#
# - **Data and order on the device**: the random order is drawn there, by a generator on the device.
# - **No reading**: no `.item()`, no `print`, nothing that makes Python wait.
# - **A fused optimiser**: `AdamW(..., fused=True)` updates all parameters at once.
# - **A CUDA graph**: a whole training step is *recorded* once and then *replayed* with a single call. A recording
#   repeats the same operations on the same memory: the same shapes (so the smaller last batch is left out; its images
#   get their turn in another epoch), the examples always in the same tensor `index`, and the learning rate in a tensor
#   too (`capturable=True`).
#
# The recording follows PyTorch's documentation ("CUDA semantics", "CUDA Graphs"): some steps to warm up on a side
# stream, then the capture. The learning rate is 0 during the warm-up, so the parameters do not move; what the optimiser
# remembers of the warm-up is erased. Without a GPU the same code runs, with `step` itself in place of the recording.


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
# Time against batch size, by your stopwatch. On the right is the accuracy after the four epochs that it ran, with the
# same learning rate: compare it with your answer to Question 13.


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
# - Know what a number *should* be: the first loss is $\ln 10$, a perfect loss is near 0, shuffled labels score 10 %.
# - $\delta^\top A$, $\delta W$, $[A > 0]$: that is backpropagation through an MLP.
# - Weights start with variance $2/D$; shuffle anew in every epoch; change parameters in place; read the loss once.
# - Choose with the validation set; use the test set once.
# - Pick the device once, move the data once, synchronise before you look at the clock.
# - An accuracy without the number of seeds is an anecdote.
