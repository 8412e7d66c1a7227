# %% [markdown]
# # SGD, weight decay and momentum
#
# You can compute gradients now, and you can check them. This assignment is about what to do with them. The whole of
# deep learning runs on about five lines: *take a few examples, compute the gradient, add a bit of the weights, remember
# a bit of the last step, go downhill*. Each of the five has a classic mistake that does not crash. The loss still
# falls; it falls more slowly, or stops somewhere else, and nothing tells you.
#
# So you will write the five lines, once and properly, and hold them against what theory says about them: how large a
# step may be, what the decay does to the weights, what momentum really averages (it is not an average), and which of
# the many versions in slides, papers and libraries are the same algorithm in other clothes.
#
# | part | question | points |
# | --- | --- | --- |
# | A. One step | 1 gradient descent · 2 mini-batches | 5 + 10 |
# | B. Smaller weights | 3 the L2 penalty · 4 SGD with weight decay | 10 + 15 |
# | C. Memory | 5 momentum · 6 the training loop | 20 + 15 |
# | D. What theory knows | 7 the largest learning rate · 8 conventions · 9 ridge regression | 10 + 10 + 5 |
#
# **Sources.** Each formula says which slide it comes from: *000* is "Deep Learning Basics", *001* "Dive into Deep
# Learning in 1 Day", *002* "CSCI 599, Lecture 4", *003* "Deep Learning for Vision & Language: Machine Learning II",
# *004* "First example".
#
# **Names.** The decks use the same letters for different things. We take those of 003:
#
# | | here, in code | 003 | 000, 001 | 002 | 004 | "More on Momentum" in 003 |
# | --- | --- | --- | --- | --- | --- | --- |
# | learning rate | $\lambda$, `lr` | $\lambda$ | $\eta$ | | $\epsilon$ | $\alpha$ (step-size 0.0050) |
# | strength of the penalty | $\alpha$, `alpha` | $\alpha$ | | $\lambda$ (!) | | |
# | momentum | $\tau$, `tau` | $\tau$ | | | | $\beta$ (0.77) |
#
# **Conventions of the course**
#
# - A loss is a **mean** over the examples of a batch, as in 000, "Mini-batch Stochastic Gradient Descent (SGD)", and in
#   001. (003 *sums* over the batch. Then the gradient grows with the batch, and every change of $B$ wants another
#   $\lambda$.)
# - A gradient has the shape of its parameter. (004, "Gradient Descent", transposes it first: its gradients are rows.)
# - **`params` is a dict** from names to float64 arrays, such as `{"W": ..., "b": ...}`. Gradients and velocities are
#   dicts with the same names and the same shapes.
# - **A parameter whose name begins with `b` is a bias; every other one is a weight.** The *name* decides: a bias may
#   have shape `(n,)`, `(n, 1)` or `()`, and a weight may be a vector. `decayed(params)` below gives the names of the
#   weights.
#
# **How you are graded.** The cell after each answer shows you a few checks. The grader runs others: different *cases*,
# never different *requirements*. Whatever is tested stands in the text of its question. No question needs the answer of
# an earlier one: where you could use one, you may.

# %%
import matplotlib.pyplot as plt
import numpy as np

from checks import attempt, checks_passed

plt.rcParams.update(
    {
        "figure.figsize": (7.5, 4.5),
        "figure.dpi": 110,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.25,
        "legend.frameon": False,
    }
)
BLUE, ORANGE, GREEN, RED = "#2f6db5", "#e08214", "#3b9b5a", "#c0392b"


def decayed(params):
    """The names of the weights: every parameter that is not a bias."""
    return {name for name in params if not name.startswith("b")}


def zero_velocity(params):
    """A velocity of zero for every parameter."""
    return {name: np.zeros(np.shape(value)) for name, value in params.items()}


# %% [markdown]
# ## A. One step
#
# ### Why downhill works, and how far
#
# Deck 000, "Gradient Descent in 1D", expands a function around the point where you stand,
# $f(x + \epsilon) = f(x) + \epsilon f'(x) + O(\epsilon^2)$, and steps by $\epsilon = -\eta f'(x)$. We write $w$ and
# $\lambda$, and keep one more term:
#
# $$f\big(w - \lambda f'(w)\big) = f(w) - \lambda f'(w)^2 + \frac{\lambda^2}{2} f''(\xi)\, f'(w)^2
# \qquad\text{for some } \xi \text{ on the way.}$$
#
# The second term is a *gain*, and it is proportional to $\lambda$. The third is a *loss*, and it is proportional to
# $\lambda^2$: a short enough step always pays. The slide stops there, with "we can always choose $\eta$ small enough".
# One line more tells how small. If the curvature $f''$ is at most $h$, then
#
# $$f\big(w - \lambda f'(w)\big) \le f(w) - \lambda \Big(1 - \frac{\lambda h}{2}\Big) f'(w)^2 ,$$
#
# and the bracket is positive as long as $\lambda < 2/h$. Keep this number in mind. It returns in Question 7, where you
# will see that for a parabola it is not an estimate but a cliff.
#
# For many parameters the same holds with $f'(w)^2$ replaced by $\lVert \nabla f \rVert^2$ (000, "Gradient Descent in
# General"; 001 and 004, "Gradient Descent"):
#
# $$w \leftarrow w - \lambda\, \nabla L(w).$$
#
# ### Question 1: gradient descent (5 points)
#
# Write `gd_step(w, g, lr)`, which returns $w - \lambda g$. `w` and `g` are numbers, or arrays of the same shape.
#
# *Tested:* the numbers of 003, "Gradient Descent" ($w = 12$, $dL/dw = 6$, and $\lambda = 0.01$ from the slides around
# it, so $11.94$) and others; arrays of any shape; arrays of **integers** (`w -= lr * g` refuses to put fractions into
# them); and that the caller's `w` is the same after the call. (With `-=` an array is changed where it lies, for
# everybody who holds it.)


# %% answer="gd_step"
def gd_step(w, g, lr):
    """One step of gradient descent.

    >>> gd_step(12, 6, 0.5)
    9.0
    """
    ### BEGIN SOLUTION
    return w - lr * g
    ### END SOLUTION


# %% check="test_gd_step" points=5
stepped = gd_step(12, 6, 0.01)
assert np.ndim(stepped) == 0 and not isinstance(stepped, (str, type(None))), (
    f"type: gd_step of two numbers should return a number, and it returned a {type(stepped).__name__}."
)
assert abs(stepped - 11.94) < 1e-12, (
    f"value: from w = 12 with slope 6 and lr = 0.01 the step leads to 11.94, not to {stepped}. "
    "Hint: the gradient points uphill, and you want to go down."
)
stepped = gd_step(np.array([[1.0, 2.0]]), np.array([[10.0, -10.0]]), 0.1)
assert np.shape(stepped) == (1, 2), f"shape: w has shape (1, 2), and w after the step has shape {np.shape(stepped)}."
assert np.allclose(stepped, [[0.0, 3.0]]), f"value: [[1, 2]] - 0.1 [[10, -10]] is [[0, 3]], not {stepped}."
checks_passed()

# %% [markdown]
# Decks 000 and 001 call the right rate the *Goldilocks* learning rate: not too small, not too big. Here is
# $f(w) = \tfrac12 w^2$, whose curvature is $h = 1$. Each step multiplies $w$ by $1 - \lambda$, which explains all three
# pictures: $0.95$ crawls, $0.3$ runs, $-1.05$ jumps over the bottom and lands a little *higher* on the other side,
# every time. (004, "Learning Rate Too High", warns of "NaNs": $1.05^{15000}$ is larger than any float64.)


# %% tags=["experiment"]
def descend(lr, start=-2.5, steps=25):
    """The points that gradient descent visits on f(w) = w**2 / 2."""
    path = [start]
    for _ in range(steps):
        path.append(gd_step(path[-1], path[-1], lr))
    return np.array(path)


def draw_goldilocks(rates):
    """Three learning rates on one parabola, and their losses."""
    figure, axes = plt.subplots(1, 4, figsize=(13, 3.8), width_ratios=(1, 1, 1, 1.35))
    w = np.linspace(-4.2, 4.2, 200)
    for axis, (name, lr, color) in zip(axes, rates, strict=False):
        path = descend(lr)
        axis.plot(w, w**2 / 2, color="0.75", lw=2)
        axis.plot(path[:9], path[:9] ** 2 / 2, "o-", color=color, ms=5, lw=1)
        axis.set(title=f"{name}: $\\lambda$ = {lr}", xlabel="$w$", ylim=(-0.4, 8.5))
        axes[3].semilogy(path**2 / 2, ".-", color=color, lw=1, label=f"$\\lambda$ = {lr}")
    axes[0].set_ylabel("$f(w)$, first 8 steps")
    axes[3].set(title="the loss of each", xlabel="step", ylim=(1e-9, 1e3))
    axes[3].legend()
    figure.tight_layout()
    plt.show()


attempt(draw_goldilocks, [("too small", 0.05, BLUE), ("good", 0.7, GREEN), ("too big", 2.05, RED)])

# %% [markdown]
# ### A few examples at a time
#
# The gradient of the loss over all $N$ examples costs $N$ gradients. 003 writes "expensive" under that sum, and 000
# adds a second reason: "redundancy in data". Look at ten images of the digit 1, and the next thousand say nearly the
# same thing. So draw $B$ examples and use
#
# $$\frac1B \sum_{i \in I} \nabla \ell_i(w)$$
#
# (000, "Mini-batch Stochastic Gradient Descent (SGD)"; 001, "Stochastic Gradient Descent (SGD)"). Its *expectation* is
# the gradient of the full loss; its noise shrinks like $1/\sqrt B$. That root is the whole economy of batch sizes: four
# times the work buys half the noise. The table in 000, "Gradient Descent (SGD)", lists the rest: with all the data the
# step is stable but may rest on a saddle, with $B = 1$ it is cheap and noisy, in between lies what everybody uses.
#
# In practice one does not draw each batch anew. One **shuffles** all indices, deals them out like cards, and shuffles
# again when they are used up. One round is an *epoch*: 003's two loops are "for each epoch, for each batch". (Its inner
# loop counts with $b$, which on the same slide is also the bias. Do not copy that.)
#
# And if $B$ does not divide $N$? The last batch of the epoch is smaller. Dropping it is a popular way not to think
# about it; then some examples are left out in each epoch, and if nobody shuffles, always the same ones.
#
# ### Question 2: mini-batches (10 points)
#
# Write `minibatches(N, B, rng)`, which deals the indices $0, \dots, N - 1$ of one epoch into batches. Return a **list**
# of integer arrays (or lists of integers). All batches hold `B` indices, except the last, which holds the rest when `B`
# does not divide `N`; no batch is empty, and `B` may be larger than `N`. `rng` is a `numpy.random.Generator`; how you
# use it is up to you (`rng.permutation`, `rng.shuffle`, `rng.choice`, sorting random numbers, ...).
#
# *Tested:* every index occurs exactly once in an epoch; the sizes, for `B` that divide `N` and that do not, from 1 to
# more than `N`; that the *company* changes, too: not always the same examples in one batch, in another order; a second
# call with the same generator deals a new order; the order comes from `rng`: equal seeds deal equally, other seeds
# differently.


# %% answer="minibatches"
def minibatches(N, B, rng):
    """The indices 0..N-1 in random order, dealt into batches of B; the last batch holds the rest."""
    ### BEGIN SOLUTION
    order = rng.permutation(N)
    return [order[start : start + B] for start in range(0, N, B)]
    ### END SOLUTION


# %% check="test_minibatches" points=10
def two_epochs(N, B, rng):
    """The batches of two epochs in a row, from one generator."""
    return minibatches(N, B, rng), minibatches(N, B, rng)


epoch, another = two_epochs(12, 4, np.random.default_rng(0))
assert isinstance(epoch, (list, tuple)), (
    f"type: minibatches should return a list of index arrays, and it returned a {type(epoch).__name__}."
)
assert [len(batch) for batch in epoch] == [4, 4, 4], (
    f"shape: 12 examples make three batches of 4, and yours hold {[len(batch) for batch in epoch]}."
)
assert sorted(int(i) for batch in epoch for i in batch) == list(range(12)), (
    "value: in one epoch every index from 0 to 11 occurs exactly once. Hint: shuffle first, cut into pieces afterwards."
)
assert [list(batch) for batch in epoch] != [list(batch) for batch in another], (
    "value: the second epoch deals the same order as the first. Hint: use the generator that is passed."
)
checks_passed()

# %% [markdown]
# The noise, measured. Each dot on the left is the gradient of one mini-batch, for a loss with two weights; the cross is
# the gradient of all 4096 examples. Single examples point almost anywhere. On the right the spread of the dots against
# $B$: it follows $1/\sqrt B$, and there is no batch size at which the noise suddenly stops.


# %% tags=["experiment"]
def example_gradients(N=4096, seed=2):
    """The gradient of each example of a linear regression with two weights, at w = 0."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N, 2))
    y = X @ np.array([1.0, 0.5]) + rng.standard_normal(N)
    return -2 * y[:, None] * X


def draw_noise():
    """Gradients of mini-batches of three sizes, and their spread for many sizes."""
    G, rng = example_gradients(), np.random.default_rng(0)
    sizes = 2 ** np.arange(9)
    means = {B: np.array([G[index].mean(axis=0) for index in minibatches(len(G), B, rng)]) for B in sizes.tolist()}
    figure, axes = plt.subplots(1, 2, figsize=(11.5, 4.6))
    for B, color in ((1, "0.75"), (16, ORANGE), (256, BLUE)):
        axes[0].plot(*means[B][:500].T, ".", color=color, ms=5, label=f"$B$ = {B}")
    axes[0].plot(*G.mean(axis=0), "+", color="black", ms=16, mew=2, label="all examples")
    axes[0].set(xlim=(-9, 5), ylim=(-7, 5), xlabel="slope along $w_0$", ylabel="slope along $w_1$")
    axes[0].set_title("Gradients of mini-batches")
    axes[0].legend(loc="lower left", frameon=True)
    spread = [np.sqrt(np.mean(np.sum((means[B] - G.mean(axis=0)) ** 2, axis=1))) for B in sizes.tolist()]
    axes[1].loglog(sizes, spread, "o", color=ORANGE, label="measured")
    axes[1].loglog(sizes, spread[0] / np.sqrt(sizes), "--", color="0.35", label="$1/\\sqrt{B}$")
    axes[1].set(title="Four times the work, half the noise", xlabel="batch size $B$", ylabel="typical error")
    axes[1].set_xticks(sizes, sizes)
    axes[1].set_yticks([0.25, 0.5, 1, 2, 4], ["0.25", "0.5", "1", "2", "4"])
    axes[1].minorticks_off()
    axes[1].legend()
    figure.tight_layout()
    plt.show()


attempt(draw_noise)

# %% [markdown]
# ## B. Smaller weights
#
# ### The penalty and its gradient
#
# A model with more freedom than data fits the noise. 003, "Overfitting", shows a polynomial that passes through all
# eight points and is useless between them. (The slide says degree 9. Degree 7 is enough: a polynomial of degree 7 has
# eight coefficients.) Such a curve needs *large* coefficients, which cancel each other on the data and nowhere else. So
# 003, "Regularization", and 002, "Regularization" (Ockham's razor), add to the loss a price for large weights. We take
#
# $$J(\theta) = L(\theta) + \frac{\alpha}{2} \sum_{W} \lVert W \rVert^2, \qquad
# \frac{\partial}{\partial W} \frac{\alpha}{2} \lVert W \rVert^2 = \alpha W ,$$
#
# with $\lVert W \rVert^2$ the sum of the squares of all entries. The $\tfrac12$ is there for the derivative: it cancels
# the 2 that falls down from the square.
#
# **Not on the biases.** A bias shifts the output; it does not make the model wiggle. If your targets are temperatures
# in Kelvin, the bias has to be about 290, and a price on it pulls every prediction towards absolute zero. The updates
# of 003, "SGD with Regularization (L-2)", decay $b$ as well (they take $\lambda\alpha w$ off it, a $w$ whose shape does not even fit). We do not: here the sum runs over weights only.
#
# **Where the slide disagrees with itself.** The same slide adds $\alpha \sum_i |w_i|^2$ *without* $\tfrac12$ to the
# loss, and updates with $- \lambda \alpha w$. The two do not belong together. Which of them we follow you see above;
# what the other one would mean is part of Question 8.
#
# ### Question 3: the L2 penalty (10 points)
#
# Write `l2(params, alpha, decay)`, which returns the pair `(penalty, grads)`.
#
# - `decay` is a set, list or tuple of names: those parameters are penalised, whatever they are called. The others are
#   not. (The caller decides; in this course `decay` will be `decayed(params)`.)
# - `penalty` is the number $\frac\alpha2 \sum_W \lVert W \rVert^2$ over the penalised parameters.
# - `grads` is a dict with **all** names of `params`: for each the gradient of the penalty, in the shape of the
#   parameter. For a parameter that is not penalised that is an array of zeros.
#
# *Tested:* the penalty; the gradients against finite differences; parameters that are not named in `decay`, in the
# penalty and in the gradients; names that do *not* follow the convention about `b`; an empty `decay`; that `params` is
# the same after the call.


# %% answer="l2"
def l2(params, alpha, decay):
    """The penalty (alpha/2)|W|^2, summed over the names in decay, and its gradient for every parameter."""
    ### BEGIN SOLUTION
    penalty = alpha / 2 * sum(np.sum(params[name] ** 2) for name in decay)
    grads = {name: alpha * value if name in decay else np.zeros(value.shape) for name, value in params.items()}
    return float(penalty), grads
    ### END SOLUTION


# %% check="test_l2" points=10
toy = {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([10.0, 20.0])}
answer = l2(toy, 0.1, {"W"})
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: l2 should return the pair (penalty, grads), and it returned a {type(answer).__name__}."
)
penalty, grads = answer
assert abs(penalty - 1.5) < 1e-12, (
    f"value: 0.05 (1 + 4 + 9 + 16) is a penalty of 1.5, not {penalty}. "
    "Hint: 3.0 lacks the 1/2, 26.5 counts the bias, 0.27 takes the norm instead of its square."
)
assert isinstance(grads, dict) and set(grads) == {"W", "b"}, (
    f"type: grads should be a dict with the names of params, W and b, and it is {grads!r}."
)
assert np.shape(grads["W"]) == (2, 2), f"shape: W has shape (2, 2), and its gradient has {np.shape(grads['W'])}."
assert np.allclose(grads["W"], 0.1 * toy["W"]), f"value: the gradient of (alpha/2)|W|^2 is alpha W, not {grads['W']}."
checks_passed()

# %% [markdown]
# ### SGD with weight decay
#
# Put $\nabla J = g + \alpha W$ into the update of Question 1:
#
# $$W \leftarrow W - \lambda (g + \alpha W) \qquad\qquad b \leftarrow b - \lambda g_b .$$
#
# Nothing is left of the penalty but one small term. (Its *value* is not needed for training at all; you compute it to
# print it.) Sort the terms the other way, $W \leftarrow (1 - \lambda\alpha) W - \lambda g$, and you see where the
# second name comes from, **weight decay**: before each step all weights shrink by the same factor. With $g = 0$ they
# die out exponentially, like something radioactive.
#
# ### Question 4: SGD with weight decay (15 points)
#
# Write `sgd_step(params, grads, lr, alpha)`, which returns the parameters after one such step, as a **new** dict with
# the same names and shapes. `grads` is the gradient of the loss $L$, without the penalty.
#
# *Tested:* one step; eight steps in a row against `torch.optim.SGD` in float64; $\alpha = 0$, for parameters of any
# shape; biases (by name, whatever their shape: `(n,)`, `(n, 1)`, `()`) do not decay, and weights do, even when they are
# vectors; `params` and `grads`, the dicts and the arrays in them, are the same after the call.


# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    """The parameters after one step of SGD with weight decay alpha; biases do not decay."""
    ### BEGIN SOLUTION
    weights = decayed(params)
    new = {}
    for name, value in params.items():
        decay = alpha if name in weights else 0.0
        new[name] = value - lr * (grads[name] + decay * value)
    return new
    ### END SOLUTION


# %% check="test_sgd_step" points=15
toy = {"W": np.array([[1.0, 2.0]]), "b": np.array([1.0])}
toy_grads = {"W": np.array([[0.5, -1.0]]), "b": np.array([2.0])}
new = sgd_step(toy, toy_grads, 0.1, 0.1)
assert isinstance(new, dict) and set(new) == {"W", "b"}, (
    f"type: sgd_step should return a dict with the names W and b, and it returned {new!r}."
)
assert np.shape(new["W"]) == (1, 2), f"shape: W has shape (1, 2), and after the step it has {np.shape(new['W'])}."
assert np.allclose(new["W"], [[0.94, 2.08]]), (
    f"value: [[1, 2]] - 0.1 ([[0.5, -1]] + 0.1 [[1, 2]]) is [[0.94, 2.08]], not {new['W']}. "
    "Hint: [[0.95, 2.1]] has no decay, [[0.93, 2.06]] has twice as much."
)
assert np.allclose(new["b"], [0.8]), f"value: a bias does not decay: 1 - 0.1 * 2 is 0.8, not {new['b']}."
assert np.array_equal(toy["W"], [[1.0, 2.0]]), "value: the caller's W was changed. Hint: make new arrays, without -=."
checks_passed()

# %% [markdown]
# ## C. Memory
#
# ### Why momentum
#
# 003, "Revisiting Another Problem with SGD", makes two complaints. The gradient of a mini-batch is only an
# approximation (002 has it in its list of issues, as "inexact gradient"); and a step on this batch may "un-learn" what
# the last steps have learned. There is a third, which has nothing to do with noise. Most losses are *ravines*: steep
# across, flat along. The steep direction dictates the learning rate ($\lambda < 2/h$, and $h$ is large), so along the
# flat one you crawl, while across you bounce from wall to wall.
#
# The cure for all three is to remember. Steps across the ravine change their sign each time and cancel in the memory;
# noise cancels; steps along the ravine agree and add up. 003, "Solution: Momentum Updates":
#
# $$v \leftarrow \tau v + g + \alpha W, \qquad W \leftarrow W - \lambda v, \qquad v_0 = 0 .$$
#
# Unroll it, with $g_s$ short for the gradient and decay of step $s$:
#
# $$v_t = g_t + \tau g_{t-1} + \tau^2 g_{t-2} + \dots$$
#
# The slide calls this "a weighted average with current gradient". Weighted it is, an **average it is not**: the weights
# sum to $1 + \tau + \tau^2 + \dots = \frac{1}{1 - \tau}$, which is 10 for the slide's $\tau = 0.9$. Where the gradient
# does not change, the velocity grows to *ten times* the gradient. That is the point of it in a flat valley, and it is a
# trap: switch momentum on without touching $\lambda$, and along such a direction you take steps ten times as long.
#
# Order matters. *First* the velocity, *then* the step with the **new** velocity. The learning rate stands outside of
# $v$: when you lower $\lambda$ it acts at once, on everything that is remembered.
#
# And biases? The last of these slides updates $w$ only, but the bias is a parameter like any other: it has a
# velocity, $v_b \leftarrow \tau v_b + g_b$. It only has no decay. This is exactly `torch.optim.SGD(momentum=tau,
# weight_decay=alpha)`, with the weight decay set to 0 for biases.
#
# ### Question 5: momentum (20 points)
#
# Write `momentum_step(params, grads, vel, lr, tau, alpha)`, which returns the pair `(new, vel)`: the parameters and the
# velocity after the step, both as **new** dicts with the same names and shapes. `vel` is the velocity before the step;
# in the beginning it is `zero_velocity(params)`.
#
# *Tested:* the first step; a step from a velocity that is not zero; the velocity that you return; eight steps in a row
# against `torch.optim.SGD` in float64, with $\alpha$ and $\tau$ together; a **learning rate that changes midway**; that
# with $\tau = 0$ the old velocity is forgotten and the step is that of Question 4; biases, which have momentum and no
# decay; that `params`, `grads` and `vel` are the same after the call.


# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    """The parameters and the velocity after one step: v <- tau v + g + alpha W, then W <- W - lr v."""
    ### BEGIN SOLUTION
    weights = decayed(params)
    new, velocity = {}, {}
    for name, value in params.items():
        decay = alpha if name in weights else 0.0
        velocity[name] = tau * vel[name] + grads[name] + decay * value
        new[name] = value - lr * velocity[name]
    return new, velocity
    ### END SOLUTION


# %% check="test_momentum_step" points=20
toy = {"W": np.array([[1.0, 2.0]]), "b": np.array([1.0])}
toy_grads = {"W": np.array([[0.5, -1.0]]), "b": np.array([2.0])}
toy_vel = {"W": np.array([[1.0, 0.0]]), "b": np.array([0.5])}
answer = momentum_step(toy, toy_grads, toy_vel, 0.1, 0.9, 0.1)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: momentum_step should return the pair (new, vel), and it returned a {type(answer).__name__}."
)
new, vel = answer
assert isinstance(new, dict) and isinstance(vel, dict) and set(new) == set(vel) == {"W", "b"}, (
    "type: new and vel should be dicts with the names W and b."
)
assert np.allclose(vel["W"], [[1.5, -0.8]]), (
    f"value: the velocity 0.9 [[1, 0]] + [[0.5, -1]] + 0.1 [[1, 2]] is [[1.5, -0.8]], not {vel['W']}. "
    "Hint: the learning rate is no part of it, and neither is a factor 1 - tau."
)
assert np.allclose(new["W"], [[0.85, 2.08]]), (
    f"value: [[1, 2]] - 0.1 [[1.5, -0.8]] is [[0.85, 2.08]], not {new['W']}. Hint: step with the new velocity."
)
assert np.allclose(vel["b"], [2.45]) and np.allclose(new["b"], [0.755]), (
    f"value: the velocity of the bias is 0.45 + 2 = 2.45 and the bias 0.755, not {vel['b']} and {new['b']}. "
    "Hint: momentum yes, decay no."
)
checks_passed()

# %% [markdown]
# Three walkers in the same ravine: the loss of a small least-squares problem with two weights, whose features are
# nearly parallel. Each takes 60 steps from the same point. The first sees all the data at every step and has a learning
# rate just below the limit: it bounces from wall to wall while it crawls along the floor. The second sees four examples
# at a time; it is just as fast for a sixteenth of the work, but its path is broken at every step, and it never comes to
# rest. The third sees the same four examples, with momentum and a smaller learning rate. It gathers speed, overshoots
# like a heavy ball, turns, and rolls down the floor; the noise of single batches bends its path and does not break it.


# %% tags=["experiment"]
def ravine(N=64, seed=3):
    """Two features that are nearly the same, and targets with noise."""
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal((N, 1)), rng.standard_normal((N, 2))
    X = common + 0.35 * own
    return X, X @ np.array([1.5, -0.5]) + 0.5 * rng.standard_normal(N)


def slope(X, y, w):
    """The gradient of the mean squared error."""
    return {"w": 2 / len(y) * X.T @ (X @ w - y)}


def walk(X, y, B, lr, tau, steps=60, start=(-1.9, -0.2)):
    """The points visited with batches of B, a learning rate and a momentum."""
    rng, w = np.random.default_rng(0), {"w": np.array(start)}
    vel, path, dealt = zero_velocity(w), [w["w"]], []
    for _ in range(steps):
        dealt = dealt or minibatches(len(y), B, rng)
        index = dealt.pop()
        w, vel = momentum_step(w, slope(X[index], y[index], w["w"]), vel, lr, tau, 0.0)
        path.append(w["w"])
    return np.array(path)


def draw_walks(walks):
    """Each path on the level lines of the loss over all data."""
    X, y = ravine()
    grid = np.linspace(-2.4, 2.9, 160), np.linspace(-2.0, 2.9, 160)
    points = np.stack(np.meshgrid(*grid), axis=-1)
    heights = np.mean((points @ X.T - y) ** 2, axis=-1)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    figure, axes = plt.subplots(1, len(walks), figsize=(13, 4.9), sharey=True)
    for axis, (title, color, settings) in zip(axes, walks, strict=True):
        path = walk(X, y, **settings)
        axis.contourf(*grid, np.log(heights), levels=18, cmap="Blues_r", alpha=0.75)
        axis.plot(*path.T, ".-", color=color, lw=1.1, ms=5)
        axis.plot(*path[0], "o", color="black", ms=7, label="start")
        axis.plot(*best, "*", color="white", mec="black", ms=15, label="lowest point")
        axis.set(title=title, xlabel="$w_0$", xlim=grid[0][[0, -1]], ylim=grid[1][[0, -1]])
        axis.grid(False)
    axes[0].set_ylabel("$w_1$")
    axes[0].legend(loc="lower left", frameon=True)
    figure.tight_layout()
    plt.show()


attempt(
    draw_walks,
    [
        ("gradient descent, all data, $\\lambda$ = 0.42", RED, {"B": 64, "lr": 0.42, "tau": 0.0}),
        ("SGD, $B$ = 4, $\\lambda$ = 0.2", ORANGE, {"B": 4, "lr": 0.2, "tau": 0.0}),
        ("SGD with momentum 0.85, $B$ = 4, $\\lambda$ = 0.04", GREEN, {"B": 4, "lr": 0.04, "tau": 0.85}),
    ],
)

# %% [markdown]
# ### The training loop
#
# Time to put the pieces together. A training loop is *bookkeeping*: it owns no formula, it only has to hand the right
# thing to the right function in the right order. So we make the functions arguments, and what is left is the loop
# itself:
#
# - `loss_and_grads(params, index)` returns the mean loss over the examples in `index` (a number), and its gradients (a
#   dict).
# - `batches()` deals one epoch: each call returns a list of index arrays. All randomness is in here, for example
#   `lambda: minibatches(N, B, rng)`.
# - `step(params, grads, vel)` returns `(params, vel)` after a step, for example
#   `lambda p, g, v: momentum_step(p, g, v, 0.01, 0.9, 1e-4)`.
#
# What should one *report*? 003 prints the loss of every batch. That is honest but ragged. The loss of an epoch is the
# mean over all *examples* in it. With a smaller last batch this is **not** the mean over the batches: a tail of one
# example must not count as much as a full batch of 64. Weight each batch loss with the number of its examples,
#
# $$\frac{\sum_k B_k L_k}{\sum_k B_k} .$$
#
# (Each $L_k$ is measured at the parameters of its own moment, *before* the step that it causes. So this lags a little
# behind the loss of the final parameters; in exchange it is free.)
#
# ### Question 6: the training loop (15 points)
#
# Write `train(params, loss_and_grads, batches, step, epochs)`, which returns the pair `(params, history)`: the
# parameters after the last step, and a dict of two lists of numbers,
#
# - `history["batch"]`: the loss of every mini-batch, in the order in which they were computed;
# - `history["epoch"]`: for each epoch the mean loss over its examples, as above.
#
# The velocity begins as `zero_velocity(params)` before the first step of the first epoch, and is never set back.
#
# *Tested:* the loss of a regression falls; both lists, with a tail that is smaller than the other batches; `batches` is
# called once for each epoch, each of its index arrays is used once, in its order, as it is (so that equal seeds give
# equal runs); each gradient is taken at the parameters that the last step returned; the velocity goes from step to
# step, across epochs, too; the caller's `params` are the same after the call.


# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    """Trains for some epochs; returns the parameters and the history of the loss."""
    ### BEGIN SOLUTION
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs):
        losses, sizes = [], []
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            losses.append(float(loss))
            sizes.append(len(index))
        history["batch"] += losses
        history["epoch"].append(float(np.dot(losses, sizes) / np.sum(sizes)))
    return params, history
    ### END SOLUTION


# %% check="test_train" points=15
def regression(N=50, D=4, seed=1):
    """Data of a linear model with noise, its starting parameters, and its loss_and_grads."""
    rng = np.random.default_rng(seed)
    X, noise = rng.standard_normal((N, D)), 0.3 * rng.standard_normal(N)
    y = X @ rng.uniform(-2.0, 2.0, D) + 3.0 + noise

    def loss_and_grads(params, index):
        residual = X[index] @ params["w"] + params["b"] - y[index]
        factor = 2 / len(index) * residual
        return np.mean(residual**2), {"w": X[index].T @ factor, "b": np.sum(factor)}

    return {"w": np.zeros(D), "b": np.zeros(())}, loss_and_grads


def plain_step(params, grads, vel):
    """Gradient descent with a rate of 0.05 and no memory."""
    return {name: params[name] - 0.05 * grads[name] for name in params}, vel


def dealer(N, B, seed):
    """A function that deals one epoch at each call."""
    rng = np.random.default_rng(seed)
    return lambda: np.split(rng.permutation(N), range(B, N, B))


start, loss_and_grads = regression()
answer = train(start, loss_and_grads, dealer(50, 8, 0), plain_step, 5)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: train should return the pair (params, history), and it returned a {type(answer).__name__}."
)
trained, history = answer
assert isinstance(history, dict) and set(history) == {"batch", "epoch"}, (
    'type: history should be a dict with the names "batch" and "epoch".'
)
assert len(history["batch"]) == 35 and len(history["epoch"]) == 5, (
    "shape: 5 epochs of 7 batches make 35 batch losses and 5 epoch losses, "
    f"and yours are {len(history['batch'])} and {len(history['epoch'])}."
)
assert history["epoch"][-1] < 0.2 * history["epoch"][0], (
    f"value: in five epochs the loss should fall far below its start; it went from {history['epoch'][0]:.3g} "
    f"to {history['epoch'][-1]:.3g}. Hint: does each step begin where the last one ended?"
)
again = train(start, loss_and_grads, dealer(50, 8, 0), plain_step, 5)[1]
assert again["batch"] == history["batch"], (
    "value: the same start and the same seed should give the same losses, and the second run differs. "
    "Hint: was `start` changed by the first run?"
)
checks_passed()

# %% [markdown]
# The loss of mini-batches looks like bad weather. The eye wants to see a trend; give it one. An exponential moving
# average, $s \leftarrow \beta s + (1 - \beta) L_k$, *is* an average: its weights sum to 1, after division by
# $1 - \beta^k$ even from the first step on. (Compare that with the velocity of Question 5.) It lags behind while the
# loss falls, which every average of the past must do. The blue dots are your epoch losses. Note what happens at the
# dashed line. With a constant learning rate SGD ends in a small cloud around the lowest point, and a smaller rate makes
# a smaller cloud: the loss falls once more. That is what learning-rate schedules are for. (It ends a little *below* the
# noise in the targets: twenty weights have learned some of that noise by heart.)


# %% tags=["experiment"]
def smoothed(values, beta):
    """An exponential moving average whose weights sum to one from the start."""
    s, out = 0.0, []
    for k, value in enumerate(values, 1):
        s = beta * s + (1 - beta) * value
        out.append(s / (1 - beta**k))
    return np.array(out)


def draw_losses(N=200, B=8, epochs=10):
    """Raw, smoothed and epoch losses of one run; the rate falls to a tenth after half of the epochs."""
    start, loss_and_grads = regression(N=N, D=20)
    batches, calls = dealer(N, B, 0), iter(range(10**6))
    fall = N // B * epochs // 2

    def step(params, grads, vel):
        lr = 0.012 if next(calls) < fall else 0.0012
        return momentum_step(params, grads, vel, lr, 0.8, 0.0)

    _, history = train(start, loss_and_grads, batches, step, epochs)
    per_epoch = N // B
    middles = (np.arange(epochs) + 0.5) * per_epoch
    plt.semilogy(history["batch"], color="0.75", lw=0.9, label=f"each mini-batch ($B$ = {B})")
    plt.semilogy(smoothed(history["batch"], 0.8), color=ORANGE, label="smoothed, $\\beta$ = 0.8")
    plt.semilogy(middles, history["epoch"], "o", color=BLUE, ms=6, label="mean of the epoch")
    plt.axvline(fall, ymax=0.7, color="0.4", ls="--", lw=1)
    plt.text(fall + 3, 0.014, "$\\lambda$ falls to a tenth", color="0.3")
    plt.axhline(0.09, color=GREEN, ls=":", label="variance of the noise in the targets")
    plt.title("One run, three ways to look at its loss")
    plt.xlabel("mini-batch")
    plt.ylabel("loss")
    plt.legend(loc="upper right")
    plt.show()


attempt(draw_losses)

# %% [markdown]
# ## D. What theory knows
#
# ### The largest learning rate
#
# Near its lowest point every smooth loss looks like a quadratic,
# $f(\mathbf w) = \tfrac12 \mathbf w^\top A \mathbf w - \mathbf c^\top \mathbf w$ with a symmetric matrix $A$ of second
# derivatives. For a quadratic everything can be computed. Let $\mathbf e$ be the distance to the lowest point. A step
# turns it into $\mathbf e - \lambda A \mathbf e$, and in the directions of the eigenvectors of $A$ the parameters do
# not talk to each other: along an eigenvector with eigenvalue $h$ (the *curvature* in this direction) the distance is
# multiplied by $1 - \lambda h$, step after step. It dies out exactly when $|1 - \lambda h| < 1$, that is, for
#
# $$0 < \lambda < \frac{2}{h} .$$
#
# This has to hold for *all* eigenvalues, so the **largest** one decides; books call it $L$ and write $\lambda < 2/L$.
# Here is the cliff from the beginning: at 99 % of this rate you converge, at 101 % you explode.
#
# *With decay* the matrix of $J$ is $A + \alpha I$: every curvature grows by $\alpha$.
#
# *With momentum* use $v_t = (e_{t-1} - e_t) / \lambda$ to eliminate the velocity. Along one eigenvector
#
# $$e_{t+1} = e_t - \lambda (\tau v_t + h e_t) = (1 + \tau - \lambda h)\, e_t - \tau\, e_{t-1} .$$
#
# Put $e_t = z^t$: the distance dies out exactly when both roots of
#
# $$p(z) = z^2 - (1 + \tau - \lambda h)\, z + \tau$$
#
# lie inside the unit circle. If the roots are complex, their product $\tau$ is $|z|^2$, and $\tau < 1$ is enough. If
# they are real, look at the place where the first of them can leave the circle as $\lambda$ grows: $z = -1$. (Not at
# $z = 1$: $p(1) = \lambda h > 0$.) Solve $p(-1) = 0$ for $\lambda$. The result says what 003, "More on Momentum",
# quotes from [distill.pub/2017/momentum](https://distill.pub/2017/momentum/): momentum "allows a larger range of
# step-sizes to be used". How much larger, you will have computed.
#
# ### Question 7: the largest learning rate (10 points)
#
# Write `critical_rate(A, tau=0.0, alpha=0.0)`: the learning rate $\lambda^*$ such that `momentum_step` on the quadratic
# with the symmetric matrix `A` converges for every $0 < \lambda < \lambda^*$ and diverges above, as a float. `A` has
# shape $(n, n)$; its eigenvalues are not negative, and at least one is positive; $0 \le \tau < 1$ and $\alpha \ge 0$.
#
# *Tested:* matrices that are diagonal and that are not (the eigenvalues are not the diagonal); one parameter; an
# eigenvalue of 0 (a direction in which nothing ever changes is no obstacle); convergence just below and divergence just
# above, without and with momentum; decay, alone and with momentum.


# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    """The learning rate above which gradient descent with momentum and decay diverges on a quadratic."""
    ### BEGIN SOLUTION
    # p(-1) = 1 + (1 + tau - lr h) + tau = 0
    steepest = np.linalg.eigvalsh(A)[-1] + alpha
    return float(2 * (1 + tau) / steepest)
    ### END SOLUTION


# %% check="test_critical_rate" points=10
rate = critical_rate(np.diag([1.0, 4.0]))
assert isinstance(rate, (float, np.floating)) or np.shape(rate) == (), (
    f"type: critical_rate should return a float, and it returned a {type(rate).__name__}."
)
assert abs(rate - 0.5) < 1e-9, (
    f"value: with curvatures 1 and 4 the steepest allows rates up to 2/4 = 0.5, not {rate}. "
    "Hint: the largest eigenvalue decides."
)
rate = critical_rate(np.array([[2.0, 1.0], [1.0, 2.0]]))
assert abs(rate - 2 / 3) < 1e-9, (
    f"value: [[2, 1], [1, 2]] has the eigenvalues 1 and 3, so the limit is 2/3, not {rate}. "
    "Hint: np.linalg.eigvalsh gives the eigenvalues of a symmetric matrix."
)
checks_passed()

# %% [markdown]
# Measure it. For each learning rate we walk 150 steps on a quadratic with curvatures between 0.1 and 1 and look at how
# far from the lowest point we end. The dashed lines are *your* predictions. Left of its line a curve is down in the
# valley, right of it the walk has exploded: there is no in-between. Note also what momentum buys on the way: with
# $\tau = 0.6$ the walk ends far closer to the bottom, and a wide range of rates is nearly equally good. (Too much is no
# better: with $\tau = 0.95$ it is still swinging.)


# %% tags=["experiment"]
def final_distance(lr, tau, curvatures, steps=150):
    """The largest distance from the lowest point after some steps from (1, ..., 1)."""
    e = {"e": np.ones(len(curvatures))}
    vel = zero_velocity(e)
    for _ in range(steps):
        e, vel = momentum_step(e, {"e": curvatures * e["e"]}, vel, lr, tau, 0.0)
    return max(np.max(np.abs(e["e"])), 1e-17)


def draw_cliffs(momenta):
    """The final distance against the learning rate, with the predicted limits."""
    curvatures = np.linspace(0.1, 1.0, 5)
    for tau, color in momenta:
        limit = critical_rate(np.diag(curvatures), tau)
        rates = np.linspace(0.02, 4.2, 140)
        distances = [final_distance(lr, tau, curvatures) for lr in rates]
        plt.semilogy(rates, distances, color=color, label=f"$\\tau$ = {tau}")
        plt.axvline(limit, color=color, ls="--", lw=1)
    plt.ylim(1e-18, 1e6)
    plt.title("The cliff stands where you computed it (dashed)")
    plt.xlabel("learning rate $\\lambda$")
    plt.ylabel("distance after 150 steps")
    plt.legend(loc="upper left")
    plt.show()


attempt(draw_cliffs, [(0.0, RED), (0.6, GREEN), (0.95, BLUE)])

# %% [markdown]
# ### The same thing in other clothes
#
# You read a paper, a slide, somebody's code. All say "SGD with momentum and weight decay", and none of them writes
# *our* update $v \leftarrow \tau v + g + \alpha W$, $W \leftarrow W - \lambda v$. Three that you will meet:
#
# | `form` | velocity | step | where |
# | --- | --- | --- | --- |
# | `"objective"` | $v \leftarrow \tau v + \nabla \big( L + \alpha \sum_i w_i^2 \big)$ | $w \leftarrow w - \lambda v$ | the *objective* of 003, "Regularization", taken at its word |
# | `"average"` | $v \leftarrow \tau v + (1 - \tau)(g + \alpha w)$ | $w \leftarrow w - \lambda v$ | the "weighted average" of 003, taken at its word; the first moment of Adam |
# | `"velocity"` | $v \leftarrow \tau v - \lambda (g + \alpha w)$ | $w \leftarrow w + v$ | Stanford's CS231n, and the classical heavy ball |
#
# All begin with $v_0 = 0$. Each of them walks, for a learning rate that stays **constant**, through exactly the same
# points $w_1, w_2, \dots$ as our update does, if ours is given the right $\lambda$, $\tau$ and $\alpha$. To find them,
# write $v' = c\, v$ for the velocity of the other form, and choose $c$ such that its velocity equation turns into ours.
#
# ### Question 8: three conventions (6 points, and 4 for the explanation)
#
# Write `convert(form, lr, tau, alpha)`. The numbers are those of the other form. Return the triple `(lr, tau, alpha)`
# that *our* `momentum_step` needs to walk through the same points. A `form` that is not in the table raises a
# `ValueError`.
#
# *Tested:* each form, by walking both ways on random quadratics; any $0 \le \tau < 1$ (0 is one) and any
# $\alpha \ge 0$; the `ValueError`.


# %% answer="convert"
def convert(form, lr, tau, alpha):
    """Our (lr, tau, alpha) for the same path as another form of momentum."""
    ### BEGIN SOLUTION
    if form == "objective":
        return lr, tau, 2 * alpha
    if form == "average":
        return (1 - tau) * lr, tau, alpha
    if form == "velocity":
        return lr, tau, alpha
    raise ValueError(f"form is 'objective', 'average' or 'velocity', not {form!r}")
    ### END SOLUTION


# %% check="test_convert" points=6
answer = convert("velocity", 0.1, 0.9, 0.01)
assert isinstance(answer, (tuple, list)) and len(answer) == 3, (
    f"type: convert should return the triple (lr, tau, alpha), and it returned a {type(answer).__name__}."
)


def first_step(form, w, g, lr, tau, alpha):
    """The first step of each form, from v = 0, for a number w with slope g."""
    return {
        "objective": w - lr * (g + 2 * alpha * w),
        "average": w - lr * (1 - tau) * (g + alpha * w),
        "velocity": w - lr * (g + alpha * w),
    }[form]


for form in ("objective", "average", "velocity"):
    lr, tau, alpha = convert(form, 0.5, 0.6, 0.1)
    ours, theirs = 2.0 - lr * (3.0 + alpha * 2.0), first_step(form, 2.0, 3.0, 0.5, 0.6, 0.1)
    assert abs(ours - theirs) < 1e-12, (
        f"value: with your numbers for {form!r} our first step leads from 2 to {ours:.4g}, and theirs to {theirs:.4g}. "
        "Hint: put v = 0 into both, then compare."
    )
checks_passed()

# %% [markdown]
# Same points, *as long as the learning rate is constant*. Below it falls to a fifth after six steps. One of the forms
# leaves the common path; the other stays on it (its $\lambda$ was converted before and after the fall).


# %% tags=["experiment"]
def swing(form, lr_of, tau, steps=40, h=0.3):
    """The path of one form on f(w) = h w**2 / 2, with a learning rate that may change; "ours" is momentum_step."""
    w, v, path = 1.0, 0.0, [1.0]
    for t in range(steps):
        lr, g = lr_of(t), h * w
        if form == "velocity":
            v = tau * v - lr * g
            w = w + v
        else:
            v = tau * v + (1 - tau if form == "average" else 1) * g
            w = w - lr * v
        path.append(w)
    return np.array(path)


def draw_forms(tau=0.9, fall=6):
    """Our update, the average and the velocity form, with a learning rate that falls to a fifth."""

    def falling(lr):
        return lambda t: lr if t < fall else lr / 5

    average_lr = 0.25 / (1 - tau)
    plt.plot(swing("ours", falling(0.25), tau), color=BLUE, lw=5, alpha=0.35, label="ours, $\\lambda$ = 0.25")
    average = swing("average", falling(average_lr), tau)
    plt.plot(average, ".", color=GREEN, ms=7, label=f"average, $\\lambda$ = {average_lr:.3g}")
    plt.plot(swing("velocity", falling(0.25), tau), ".-", color=RED, lw=1, ms=5, label="velocity, $\\lambda$ = 0.25")
    plt.axvline(fall, color="0.4", ls="--", lw=1)
    plt.text(fall + 0.4, 0.55, "$\\lambda$ falls to a fifth", color="0.3")
    plt.title("The forms agree until the learning rate changes")
    plt.xlabel("step")
    plt.ylabel("$w$")
    plt.legend(loc="upper right")
    plt.show()


draw_forms()

# %% [markdown]
# ### Question 8, the explanation (4 points, graded by a person)
#
# Explain in your own words, with a line of algebra where it helps:
#
# 1. 003, "SGD with Regularization (L-2)", adds $\alpha \sum_i |w_i|^2$ to the loss and updates with
#    $w = w - \lambda\, dl/dw - \lambda \alpha w$. What is wrong, and what are the two ways to repair it?
# 2. Which of the three forms is still equal to ours when $\lambda$ changes in the middle of the training, and which is
#    not? Why? What does the velocity of the other one still contain?
# 3. Somebody trains with $\tau = 0.9$ and $\lambda = 0.01$ in our form, then switches momentum off, and complains that
#    the loss now falls ten times more slowly. What happened, and what should they have done?

# %% [markdown] written="explain_conventions" points=4
# *Which conventions are equal, and when?*
#
# ### BEGIN SOLUTION
# 1. The gradient of $\alpha \sum_i w_i^2$ is $2 \alpha w$, and the update has $\alpha w$: it descends on another
#    objective than the one that is written above it (and than the one that is printed). Either halve the penalty, to
#    $\frac\alpha2 \sum_i w_i^2$, which is what we did, or update with $2 \lambda \alpha w$. The bias is a second slip:
#    the objective does not penalise $b$, the update decays it (and by a multiple of $w$, a slip of its own).
# 2. "objective" and "average" stay equal. In both, $v' = c\, v$ with a constant $c$ ($1$ and $1 - \tau$) that does not
#    contain $\lambda$, and the rate multiplies the whole velocity in the moment of the step. The form "velocity" has
#    $v' = -\lambda v$: its memory is made of *old steps*, with the learning rates of their own time. After $\lambda$
#    falls, the old, long steps go on for about $1 / (1 - \tau)$ steps. To keep them equal one would have to multiply
#    $v'$ by $\lambda_{new} / \lambda_{old}$ at the change.
# 3. The weights $1, \tau, \tau^2, \dots$ sum to $1 / (1 - \tau) = 10$. The velocity is no average: along a direction in
#    which the gradient hardly changes it is ten times the gradient, so the effective rate was $0.1$. Without momentum
#    one should begin with $\lambda / (1 - \tau) = 0.1$, if this is below $2 / h$ for the steepest direction.
# ### END SOLUTION

# %% [markdown]
# ### Arriving
#
# All of it together, on a problem where we know the answer. Linear regression with decay is called *ridge regression*:
#
# $$J(\mathbf w, b) = \frac1N \sum_{i=1}^N \big( \mathbf w^\top \mathbf x_i + b - y_i \big)^2 +
# \frac\alpha2 \lVert \mathbf w \rVert^2 .$$
#
# $J$ is a quadratic, so its lowest point is where its gradient is zero,
#
# $$\frac2N X^\top (X \mathbf w + b - \mathbf y) + \alpha \mathbf w = 0, \qquad
# \frac2N \sum_i (\mathbf w^\top \mathbf x_i + b - y_i) = 0 ,$$
#
# a system of linear equations for $(\mathbf w, b)$. Two warnings about 000, "Objective Function". Its
# $\mathbf w^* = (X^\top X)^{-1} X \mathbf y$ should read $X^\top \mathbf y$ (count the shapes). And its trick to append
# a column of ones to $X$ and treat $b$ as one more weight is fine without decay; *with* decay remember that the last
# entry is a bias.
#
# How fast can descent arrive? With curvatures between $\mu$ and $h$, the best pair for the heavy ball is (distill,
# "Optimal parameters")
#
# $$\lambda = \bigg( \frac{2}{\sqrt h + \sqrt \mu} \bigg)^2, \qquad \tau = \bigg( \frac{\sqrt h - \sqrt \mu}{\sqrt h + \sqrt \mu} \bigg)^2 ,$$
#
# and the distance shrinks by about $\sqrt\tau$ in each step. For $h / \mu = 100$ that is $0.82$, where the best that
# gradient descent can do is $(h - \mu) / (h + \mu) = 0.98$: ten times as many steps. This square root is what momentum
# is *for*.
#
# ### Question 9: ridge regression (5 points)
#
# Write `ridge(X, y, alpha)`, which returns the pair `(w, b)` with the lowest $J$: `w` of shape $(D,)$, and `b` a
# number. Every entry should be right to within $10^{-5}$. Descend with momentum, choose the rate from the eigenvalues,
# and see whether you arrive; or solve the equations; best do both, and let one check the other. `X` has shape $(N, D)$,
# with $N > D$ and columns that are independent of each other and of a column of ones; the ratio of the curvatures is at
# most $10^4$.
#
# *Tested:* $\alpha = 0$, where ridge is least squares; $\alpha > 0$; targets that are far from zero (the bias must not
# shrink); features of different size, for which a fixed learning rate diverges or does not arrive.


# %% answer="ridge"
def ridge(X, y, alpha):
    """The weights and the bias with the lowest mean squared error plus (alpha/2)|w|^2."""
    ### BEGIN SOLUTION
    N, D = X.shape
    X1 = np.column_stack([X, np.ones(N)])
    A = 2 / N * X1.T @ X1 + alpha * np.diag([1.0] * D + [0.0])
    c = 2 / N * X1.T @ y
    curvatures = np.sqrt(np.linalg.eigvalsh(A))
    steep, flat = curvatures[-1], curvatures[0]
    lr, tau = (2 / (steep + flat)) ** 2, ((steep - flat) / (steep + flat)) ** 2
    u, v = np.zeros(D + 1), np.zeros(D + 1)
    # Each step leaves sqrt(tau) of the distance: 0.98 at a ratio of 10^4, and 0.98^3000 is 1e-26.
    for _ in range(3000):
        v = tau * v + A @ u - c
        u = u - lr * v
    return u[:-1], float(u[-1])
    ### END SOLUTION


# %% check="test_ridge" points=5
answer = ridge(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]), 0.0)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: ridge should return the pair (w, b), and it returned a {type(answer).__name__}."
)
w, b = answer
assert np.shape(w) == (1,) and np.shape(b) == (), (
    f"shape: for one feature w has shape (1,) and b is a number; yours are {np.shape(w)} and {np.shape(b)}."
)
assert abs(w[0] - 2.0) < 1e-5 and abs(b - 1.0) < 1e-5, (
    f"value: the line through the three points is 2 x + 1, not {w[0]:.6g} x + {b:.6g}. "
    "Hint: go on until the gradient is zero."
)
w, b = ridge(np.array([[-1.0], [0.0], [1.0]]), np.array([8.0, 10.0, 12.0]), 4 / 3)
assert abs(w[0] - 1.0) < 1e-5 and abs(b - 10.0) < 1e-5, (
    f"value: at the lowest point w is 1 and b is 10, not {w[0]:.5g} and {b:.5g}. "
    "Hint: the decay halves the slope of 2, and leaves the bias alone."
)
checks_passed()

# %% [markdown]
# The picture of 003, "Overfitting", with your `ridge` on the powers $x, x^2, \dots, x^7$ of eight points. The dotted
# curve has no decay: it passes through every point, and its weights are enormous. On the right the norm of the weights
# falls as $\alpha$ grows, while the error on the training data rises. Somewhere between lies the curve that you would
# have drawn by hand.


# %% tags=["experiment"]
def powers(x, degree=7):
    """The columns x, x**2, ..., x**degree."""
    return x[:, None] ** np.arange(1, degree + 1)


def eight_points(seed=6):
    """Eight points near a smooth curve."""
    x = np.linspace(-1, 1, 8)
    return x, np.sin(2.5 * x) + 0.25 * np.random.default_rng(seed).standard_normal(8)


def draw_fits(axis, x, y, interpolant):
    """Three fits with decay, and the polynomial through all points."""
    fine = np.linspace(-1.04, 1.04, 300)
    axis.plot(fine, np.polyval(interpolant, fine), ":", color="0.35", label="no decay, degree 7")
    for alpha, color in ((1e-3, ORANGE), (3e-2, GREEN), (3.0, RED)):
        w, b = ridge(powers(x), y, alpha)
        axis.plot(fine, powers(fine) @ w + b, color=color, label=f"$\\alpha$ = {alpha:g}")
    axis.plot(x, y, "o", color="black", ms=6, zorder=3)
    axis.set(title="Eight points, degree 7", xlabel="$x$", ylabel="$y$", ylim=(-2.0, 2.0))
    axis.legend(fontsize=9, loc="upper left")


def draw_shrinking():
    """The fits; the norm of the weights and the training error against alpha."""
    x, y = eight_points()
    interpolant = np.polyfit(x, y, 7)
    alphas = 10.0 ** np.arange(-3, 1.01, 0.25)
    found = [ridge(powers(x), y, alpha) for alpha in alphas]
    norms = [np.linalg.norm(w) for w, _ in found]
    errors = [np.mean((powers(x) @ w + b - y) ** 2) for w, b in found]
    figure, axes = plt.subplots(1, 2, figsize=(12, 4.6))
    draw_fits(axes[0], x, y, interpolant)
    axes[1].loglog(alphas, norms, "o-", color=BLUE, ms=4, label="$\\|w\\|$")
    axes[1].loglog(alphas, errors, "s-", color=ORANGE, ms=4, label="training error")
    axes[1].axhline(np.linalg.norm(interpolant[:-1]), color="0.35", ls=":", label="$\\|w\\|$ without decay")
    axes[1].set(title="The price of large weights", xlabel="$\\alpha$")
    axes[1].legend(fontsize=9)
    figure.tight_layout()
    plt.show()


attempt(draw_shrinking)

# %% [markdown]
# ## What to take with you
#
# - A step pays while $\lambda < 2/h$; the steepest direction decides. Beyond it there is no "a bit unstable".
# - Shuffle, deal, keep the tail, and weight it by its size when you report.
# - $J = L + \frac\alpha2 \lVert W \rVert^2$ and the update $g + \alpha W$ belong together. Biases do not decay.
# - The velocity is a *sum* with gain $1 / (1 - \tau)$. Change $\tau$, and you have changed the length of your steps.
# - One step from $v = 0$ with $\alpha = 0$ tells hardly any two versions apart. To check an optimiser, take several
#   steps with everything switched on, change the learning rate midway, and compare with one that you trust.
#
# Next time these lines will train a network on handwritten digits. You will not look at them again, and that is the
# point: they are right.
