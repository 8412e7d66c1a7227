# %% [markdown]
# # SGD, weight decay and momentum
#
# The whole of deep learning runs on about five lines: *take a few examples, compute the gradient, add a bit of the
# weights, remember a bit of the last step, go downhill*. Each of the five has a classic mistake that crashes nothing:
# the loss still falls, only more slowly or to the wrong place. By the end you will be able to
#
# - split data into mini-batches, and say what a larger batch buys;
# - write SGD with weight decay and momentum that agrees with `torch.optim.SGD`;
# - compute the largest learning rate that converges, and say what momentum changes about it;
# - recognise the same algorithm in somebody else's notation, and continue their run with yours.
#
# | part | questions | points |
# | --- | --- | --- |
# | A. One step | 1 gradient descent · 2 mini-batches | 5 + 10 |
# | B. Smaller weights | 3 the L2 penalty · 4 SGD with weight decay | 10 + 14 |
# | C. Memory | 5 momentum, with an experiment · 6 the training loop | 22 + 14 |
# | D. What theory knows | 7 the factor per step · 8 the largest learning rate · 9 conventions · 10 ridge regression | 5 + 8 + 8 + 4 |
#
# > **Time and route.** About 3¾ hours (estimated). Required: Parts A to C (75 points, 2½ hours); the next assignment
# > uses them. Optional on a first pass: Part D (25 points), which needs more algebra. Even on a slow laptop no cell
# > takes more than a few seconds, so leave nothing out.
#
# **Decks.** *D2L basics*: "Deep Learning Basics". *D2L in a day*: "Dive into Deep Learning in 1 Day". *USC L4*: "CSCI
# 599: Deep Learning and its Applications, Lecture 4". *Rice ML II*: COMP 646, "Machine Learning II: SGD,
# Generalization, Regularization, Softmax, MLPs". *UT first example*: "First example". Pages count the slides from the
# title slide; your copy may differ by one or two.
#
# **Names.** As in Rice ML II: $\lambda$ (`lr`) is the learning rate, $\alpha$ (`alpha`) the strength of the penalty
# and $\tau$ (`tau`) the momentum. For our $\lambda$ others write $\eta$ (D2L), $\epsilon$ (UT) or $\alpha$ (Rice ML
# II, p. 32, with $\beta$ for $\tau$); USC L4 (p. 53) writes $\lambda$ for our $\alpha$.
#
# **Conventions of the course**
#
# - A loss is a **mean** over the examples of a batch (D2L basics, p. 47; D2L in a day, p. 49).
# - A gradient has the shape of its parameter.
# - **`params` is a dict** from names to float64 arrays, such as `{"W": ..., "b": ...}`. Gradients and velocities are
#   dicts with the same names and shapes.
# - **A parameter whose name begins with `b` is a bias; every other one is a weight.** The *name* decides, not the
#   shape: a bias may have shape `(n,)`, `(n, 1)` or `()`, and a weight may be a vector. `decayed(params)` below returns
#   the names of the weights.
#
# **How you are graded.** The cell after each answer runs a few checks. The grader runs others, on other inputs;
# *Tested* lists what they require. No question needs the answer to an earlier one. A person reads your sentences; what
# counts is the reason.

# %%
import numpy as np

import plots
from checks import attempt, checks_passed


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
# D2L basics (p. 43) expands a function around the point where you stand,
# $f(x + \epsilon) = f(x) + \epsilon f'(x) + O(\epsilon^2)$, and takes the step $\epsilon = -\eta f'(x)$. We write $w$
# and $\lambda$, and keep one more term:
#
# $$f\big(w - \lambda f'(w)\big) = f(w) - \lambda f'(w)^2 + \frac{\lambda^2}{2} f''(\xi)\, f'(w)^2
# \qquad\text{for some } \xi \text{ on the way.}$$
#
# The second term is a *gain*, proportional to $\lambda$. The third can be a *loss*, proportional to $\lambda^2$: a
# short enough step always pays. "We can always choose $\eta$ small enough", says p. 44. How small? If the curvature
# $f''$ is at most $h$, then
#
# $$f\big(w - \lambda f'(w)\big) \le f(w) - \lambda \Big(1 - \frac{\lambda h}{2}\Big) f'(w)^2 ,$$
#
# and the bracket is positive as long as $\lambda < 2/h$. For a parabola this number is not an estimate but a cliff, as
# you will see in Question 8. For many parameters the same holds with $\lVert \nabla f \rVert^2$ in place of $f'(w)^2$
# (D2L basics, p. 45; D2L in a day, p. 47; UT first example, p. 39, where gradients are rows):
#
# $$w \leftarrow w - \lambda\, \nabla L(w).$$
#
# > **Slips on the slides.** Rice ML II (pp. 7, 24) *sums* the loss over a batch; then the gradient grows with the
# > batch, and each batch size needs a different $\lambda$. The inner loop on the same pages counts with $b$, which is
# > also the bias.
#
# ### Question 1: gradient descent (4 points)
#
# Write `gd_step(w, g, lr)`, which returns $w - \lambda g$. `w` and `g` are numbers, or arrays of the same shape.
#
# *Tested:*
#
# - numbers, such as those on Rice ML II, p. 12 ($w = 12$, $dL/dw = 6$), with $\lambda = 0.01$;
# - arrays of any shape, and arrays of **integers** (`w -= lr * g` cannot store fractions in them);
# - `w` and `g` are the same after the call (`-=` would change the caller's array).


# %% answer="gd_step"
def gd_step(w, g, lr):
    """One step of gradient descent.

    >>> gd_step(12, 6, 0.5)
    9.0
    """
    ### BEGIN SOLUTION
    return w - lr * g
    ### END SOLUTION


# %% check="test_gd_step" points=4
stepped = gd_step(12, 6, 0.01)
assert np.ndim(stepped) == 0 and not isinstance(stepped, (str, type(None))), (
    f"type: gd_step of two numbers should return a number, but it returned a {type(stepped).__name__}."
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
# ### Question 1, in one sentence (1 point, graded by a person)
#
# On $f(w) = \tfrac12 h w^2$ you take steps with $\lambda = 3/h$. What happens to $w$ in each step, and why does it not
# help to start closer to the minimum?

# %% [markdown] written="explain_step" points=1
# *Your sentence.*
#
# ### BEGIN SOLUTION
# Each step multiplies $w$ by $1 - \lambda h = -2$, wherever it starts: gain and loss both contain $f'(w)^2$, so their
# ratio does not depend on the distance.
# ### END SOLUTION

# %% [markdown]
# The D2L decks call the right rate the *Goldilocks* learning rate (D2L basics, p. 46; D2L in a day, p. 48): not too
# small, not too big. On $f(w) = \tfrac12 w^2$, with curvature $h = 1$, each step multiplies $w$ by $1 - \lambda$:
# $0.95$ crawls, $0.3$ runs, and $-1.05$ jumps over the bottom and lands a little *higher* on the other side, every
# time. (The "NaNs" of UT first example, p. 45, come from here: $1.05^{15000}$ is larger than any float64.)


# %% tags=["experiment"]
def descend(lr, start=-2.5, steps=25):
    """The points that gradient descent visits on f(w) = w**2 / 2."""
    path = [start]
    for _ in range(steps):
        path.append(gd_step(path[-1], path[-1], lr))
    return np.array(path)


def show_goldilocks(*rates):
    """Draws the path of each learning rate."""
    plots.goldilocks({lr: descend(lr) for lr in rates})


attempt(show_goldilocks, 0.05, 0.7, 2.05)

# %% [markdown]
# ### A few examples at a time
#
# The gradient over all $N$ examples costs $N$ gradients: "expensive", says Rice ML II (p. 6), and D2L basics (p. 47)
# adds "redundancy in data": after ten images of the digit 1 the next thousand say nearly the same. So take $B$ examples
# and use
#
# $$\frac1B \sum_{i \in I} \nabla \ell_i(w) .$$
#
# Its *expectation* is the gradient of the full loss; its noise shrinks like $1/\sqrt B$. That root is the whole
# economics of batch sizes. (D2L basics, p. 48, lists the rest.)
#
# In practice one **shuffles** all indices, splits them into batches, and shuffles again when they are used up. One
# round is an *epoch*. If $B$ does not divide $N$, the last batch is smaller; dropping it would leave some examples out
# of every epoch.
#
# ### Question 2: mini-batches (9 points)
#
# Write `minibatches(N, B, rng)`, which splits the indices $0, \dots, N - 1$ into the batches of one epoch. Return a
# **list** of integer arrays (or of lists of integers). Each batch holds `B` indices, except the last, which holds the
# rest; no batch is empty. `rng` is a `numpy.random.Generator`; use it as you like (`rng.permutation`, ...).
#
# *Tested:*
#
# - every index occurs exactly once in an epoch;
# - the sizes of the batches, for `B` from 1 to more than `N`, whether or not it divides `N`;
# - the examples of a batch change from epoch to epoch, not only their order or the order of the batches;
# - a second call with the same generator gives a new split;
# - the split comes from `rng`: equal seeds give equal splits, different seeds give different ones.


# %% answer="minibatches"
def minibatches(N, B, rng):
    """The indices 0..N-1 in random order, split into batches of B; the last batch holds the rest."""
    ### BEGIN SOLUTION
    order = rng.permutation(N)
    return [order[start : start + B] for start in range(0, N, B)]
    ### END SOLUTION


# %% check="test_minibatches" points=9
def two_epochs(N, B, rng):
    """The batches of two epochs in a row, from one generator."""
    return minibatches(N, B, rng), minibatches(N, B, rng)


epoch, another = two_epochs(12, 4, np.random.default_rng(0))
assert isinstance(epoch, (list, tuple)), (
    f"type: minibatches should return a list of index arrays, but it returned a {type(epoch).__name__}."
)
assert [len(batch) for batch in epoch] == [4, 4, 4], (
    f"shape: 12 examples make three batches of 4, and yours hold {[len(batch) for batch in epoch]}."
)
assert sorted(int(i) for batch in epoch for i in batch) == list(range(12)), (
    "value: in one epoch every index from 0 to 11 occurs exactly once. Hint: shuffle first, then cut into pieces."
)
assert [list(batch) for batch in epoch] != [list(batch) for batch in another], (
    "value: the second epoch has the same batches as the first. Hint: use the generator that is passed."
)
checks_passed()

# %% [markdown]
# ### Question 2, in one sentence (1 point, graded by a person)
#
# Before you run the next cell: by what factor does the typical error of the gradient change when you go from $B = 16$
# to $B = 64$, and what else could you have done with the same number of examples?

# %% [markdown] written="explain_noise" points=1
# *Your sentence.*
#
# ### BEGIN SOLUTION
# The error halves ($1/\sqrt 4$), and for the same $64$ examples one could have taken four steps with $B = 16$ instead
# of one.
# ### END SOLUTION


# %% tags=["experiment"]
def typical_error(B, N=4096, seed=2):
    """How far the gradient of a mini-batch is from that of all examples: a linear regression with two weights."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N, 2))
    y = X @ np.array([1.0, 0.5]) + rng.standard_normal(N)
    gradients = -2 * y[:, None] * X  # one row for each example, at w = 0
    errors = [gradients[index].mean(axis=0) - gradients.mean(axis=0) for index in minibatches(N, B, rng)]
    return np.sqrt(np.mean(np.sum(np.square(errors), axis=1)))


def show_errors(*sizes):
    """Prints the typical error for each batch size."""
    for B in sizes:
        print(f"B = {B:3d}: typical error {typical_error(B):.2f}")


attempt(show_errors, 1, 4, 16, 64, 256)

# %% [markdown]
# ## B. Smaller weights
#
# ### The penalty and its gradient
#
# A model with more freedom than data fits the noise. Rice ML II (p. 23) shows a polynomial that passes through all
# eight points and is useless between them. Such a curve needs *large* coefficients, which cancel each other on the data
# and nowhere else. So Rice ML II (p. 25) and USC L4 (p. 53, Ockham's razor) add a price for large weights to the loss.
# We take
#
# $$J(\theta) = L(\theta) + \frac{\alpha}{2} \sum_{W} \lVert W \rVert^2, \qquad
# \frac{\partial}{\partial W} \frac{\alpha}{2} \lVert W \rVert^2 = \alpha W ,$$
#
# with $\lVert W \rVert^2$ the sum of the squares of all entries. The $\tfrac12$ is there for the derivative: it cancels
# the 2 that comes down from the square.
#
# **Not on the biases:** the sum runs over weights only. A bias shifts the output; it does not make the model wiggle.
#
# > **Slips on the slides.** "A polynomial of degree 9" passes through eight points (Rice ML II, p. 23): degree 7 is
# > enough, since it has eight coefficients. The update on p. 27 decays $b$ as well, by $\lambda\alpha w$, whose shape
# > does not even fit. And the loss on p. 27 does not belong to the update below it; in Question 4 you will say why.
#
# ### Question 3: the L2 penalty (9 points)
#
# Write `l2(params, alpha, decay)`, which returns the pair `(penalty, grads)`.
#
# - `decay` is a set, list or tuple of names: those parameters are penalised, whatever they are called, and no others.
#   (The caller decides; in this course `decay` will be `decayed(params)`.)
# - `penalty` is the number $\frac\alpha2 \sum_W \lVert W \rVert^2$ over the penalised parameters.
# - `grads` is a dict with **all** names of `params`: for each the gradient of the penalty, in the shape of the
#   parameter. Where there is no penalty, it is an array of zeros.
#
# *Tested:*
#
# - the penalty, and the gradients against finite differences;
# - parameters that are not named in `decay`, in the penalty and in the gradients; an empty `decay`;
# - names that do *not* follow the convention about `b`;
# - `params` is the same after the call.


# %% answer="l2"
def l2(params, alpha, decay):
    """The penalty (alpha/2)|W|^2, summed over the names in decay, and its gradient for every parameter."""
    ### BEGIN SOLUTION
    penalty = alpha / 2 * sum(np.sum(params[name] ** 2) for name in decay)
    grads = {name: alpha * value if name in decay else np.zeros(value.shape) for name, value in params.items()}
    return float(penalty), grads
    ### END SOLUTION


# %% check="test_l2" points=9
toy = {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([10.0, 20.0])}
answer = l2(toy, 0.1, {"W"})
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: l2 should return the pair (penalty, grads), but it returned a {type(answer).__name__}."
)
penalty, grads = answer
assert abs(penalty - 1.5) < 1e-12, (
    f"value: 0.05 (1 + 4 + 9 + 16) is a penalty of 1.5, not {penalty}. "
    "Hint: 3.0 lacks the 1/2, 26.5 counts the bias, 0.27 takes the norm instead of its square."
)
assert isinstance(grads, dict) and set(grads) == {"W", "b"}, (
    f"type: grads should be a dict with the names of params, W and b, but it is {grads!r}."
)
assert np.shape(grads["W"]) == (2, 2), f"shape: W has shape (2, 2), and its gradient has {np.shape(grads['W'])}."
assert np.allclose(grads["W"], 0.1 * toy["W"]), f"value: the gradient of (alpha/2)|W|^2 is alpha W, not {grads['W']}."
checks_passed()

# %% [markdown]
# ### Question 3, in one sentence (1 point, graded by a person)
#
# The targets are temperatures in Kelvin, all near 290. What would a large penalty on the *bias* do to the predictions,
# and why would it not even reduce overfitting?

# %% [markdown] written="explain_bias" points=1
# *Your sentence.*
#
# ### BEGIN SOLUTION
# It pulls all predictions from 290 towards absolute zero, and gains nothing for it: a bias only shifts the curve by a
# constant, so it cannot follow the noise of single points.
# ### END SOLUTION

# %% [markdown]
# ### SGD with weight decay
#
# Put $\nabla J = g + \alpha W$ into the update of Question 1:
#
# $$W \leftarrow W - \lambda (g + \alpha W) \qquad\qquad b \leftarrow b - \lambda g_b .$$
#
# Sort the terms the other way, $W \leftarrow (1 - \lambda\alpha) W - \lambda g$, and you see where the name **weight
# decay** comes from: in each step all weights shrink by the same factor. With $g = 0$ they die out exponentially, like
# something radioactive.
#
# ### Question 4: SGD with weight decay (13 points)
#
# Write `sgd_step(params, grads, lr, alpha)`, which returns the parameters after one such step, as a **new** dict with
# the same names and shapes. `grads` holds the gradients of the loss $L$, without the penalty.
#
# *Tested:*
#
# - one step, and eight steps in a row against `torch.optim.SGD` in float64;
# - $\alpha = 0$, for parameters of any shape;
# - biases do not decay and weights do, by name, whatever their shape;
# - `params` and `grads`, the dicts and the arrays in them, are the same after the call.


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


# %% check="test_sgd_step" points=13
toy = {"W": np.array([[1.0, 2.0]]), "b": np.array([1.0])}
toy_grads = {"W": np.array([[0.5, -1.0]]), "b": np.array([2.0])}
new = sgd_step(toy, toy_grads, 0.1, 0.1)
assert isinstance(new, dict) and set(new) == {"W", "b"}, (
    f"type: sgd_step should return a dict with the names W and b, but it returned {new!r}."
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
# ### Question 4, in one sentence (1 point, graded by a person)
#
# Rice ML II (p. 27) adds $\alpha \sum_i |w_i|^2$ to the loss and updates with
# $w = w - \lambda\, dl/dw - \lambda \alpha w$, where $dl/dw$ is the gradient without the penalty. Which objective does
# this update really descend, and what are the two ways to repair the slide?

# %% [markdown] written="explain_slide" points=1
# *Your sentence.*
#
# ### BEGIN SOLUTION
# The gradient of $\alpha \sum_i w_i^2$ is $2\alpha w$, so the update descends the loss plus
# $\frac\alpha2 \sum_i w_i^2$; either halve the penalty, or write $2 \lambda \alpha w$ in the update.
# ### END SOLUTION

# %% [markdown]
# ## C. Memory
#
# ### Why momentum
#
# Most losses are *ravines*: steep in one direction, flat in another. The steep direction dictates the learning rate
# ($\lambda < 2/h$, and $h$ is large), so along the flat one you crawl, while across it you bounce from wall to wall.
#
# The cure is to remember. Steps across the ravine change their sign each time and cancel in the memory; steps along it
# agree and add up (Rice ML II, p. 31):
#
# $$v \leftarrow \tau v + g + \alpha W, \qquad W \leftarrow W - \lambda v, \qquad v_0 = 0 .$$
#
# Unroll it, with $g_s$ short for the gradient plus decay of step $s$:
#
# $$v_t = g_t + \tau g_{t-1} + \tau^2 g_{t-2} + \dots$$
#
# The factors sum to $1 + \tau + \tau^2 + \dots = \frac{1}{1 - \tau}$, which is 10 for the slide's $\tau = 0.9$. Where
# the gradient does not change, the velocity grows to *ten times* the gradient, as if the learning rate were
# $\lambda / (1 - \tau)$. That helps in a flat valley, and it is a trap when you switch momentum on without touching
# $\lambda$.
#
# (The slides give two other reasons: the gradient of a mini-batch is only an approximation, and a step may "un-learn"
# what earlier steps have learned (Rice ML II, pp. 28 and 29). You will measure whether momentum helps there.)
#
# Order matters: *first* the velocity, *then* the step, with the **new** velocity. The learning rate stays outside $v$:
# when you lower it, it acts at once on everything that is remembered. A bias has a velocity too, but no decay. This is
# exactly `torch.optim.SGD(momentum=tau, weight_decay=alpha)`, with a weight decay of 0 for biases.
#
# > **Slips on the slides.** Rice ML II (pp. 30, 31) calls the velocity "a weighted average with current gradient".
# > Weighted it is, an **average it is not**: the weights of an average sum to 1. The update on p. 31 leaves out the
# > bias.
#
# ### Question 5: momentum (18 points)
#
# Write `momentum_step(params, grads, vel, lr, tau, alpha)`, which returns the pair `(new, vel)`: the parameters and the
# velocity after the step, both as **new** dicts. The `vel` that you are given is the velocity before the step; at the
# beginning it is `zero_velocity(params)`.
#
# *Tested:*
#
# - the first step, and a step from a velocity that is not zero;
# - the velocity that you return;
# - eight steps in a row against `torch.optim.SGD` in float64, with $\alpha$ and $\tau$ together;
# - a **learning rate that changes midway**;
# - with $\tau = 0$ the old velocity is forgotten, and the step is that of Question 4;
# - biases have momentum and no decay;
# - `params`, `grads` and `vel` are the same after the call.


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


# %% check="test_momentum_step" points=18
toy = {"W": np.array([[1.0, 2.0]]), "b": np.array([1.0])}
toy_grads = {"W": np.array([[0.5, -1.0]]), "b": np.array([2.0])}
toy_vel = {"W": np.array([[1.0, 0.0]]), "b": np.array([0.5])}
answer = momentum_step(toy, toy_grads, toy_vel, 0.1, 0.9, 0.1)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: momentum_step should return the pair (new, vel), but it returned a {type(answer).__name__}."
)
new, vel = answer
assert isinstance(new, dict) and isinstance(vel, dict) and set(new) == set(vel) == {"W", "b"}, (
    "type: new and vel should be dicts with the names W and b."
)
assert np.allclose(vel["W"], [[1.5, -0.8]]), (
    f"value: the velocity 0.9 [[1, 0]] + [[0.5, -1]] + 0.1 [[1, 2]] is [[1.5, -0.8]], not {vel['W']}. "
    "Hint: it contains neither the learning rate nor a factor 1 - tau."
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
# ### Question 5, in one sentence (1 point, graded by a person)
#
# Somebody trains with $\tau = 0.9$ and $\lambda = 0.01$, switches momentum off, and complains that the loss now falls
# ten times more slowly. What happened, and which learning rate should they try?

# %% [markdown] written="explain_gain" points=1
# *Your sentence.*
#
# ### BEGIN SOLUTION
# Along directions in which the gradient hardly changes, the velocity was ten times the gradient, so they should try
# $\lambda / (1 - \tau) = 0.1$, if the steepest direction allows it ($0.1 < 2/h$).
# ### END SOLUTION

# %% [markdown]
# What momentum buys: the next cell draws a valley like that in the figure on Rice ML II, p. 32, with the numbers given
# there, a step size of $0.0050$ and a momentum of $0.77$. At the minimum the curvatures are $1.4$ and $521$. Without
# momentum a rate of $0.0050$ is above $2/521 = 0.0038$: the walk bounces across the valley and never settles. At
# $0.0030$ it arrives after 843 steps. With momentum, a rate of $0.0050$ is allowed, and along the valley it acts like
# $0.0050 / 0.23 = 0.022$: 102 steps are enough.


# %% tags=["experiment"]
def height(x, y):
    """A loss with a curved valley; its minimum, 0, is at (1, 1/3)."""
    return (1 - x) ** 2 + 20 * (3 * y - x**2) ** 2


def slope(x, y):
    """The gradient of the height with respect to x and y."""
    return np.array([-2 * (1 - x) - 80 * x * (3 * y - x**2), 120 * (3 * y - x**2)])


def walk(lr, tau, start=(-0.9, 0.3), steps=1000):
    """The points visited until the height is below 0.001."""
    w, path = {"w": np.array(start)}, [np.array(start)]
    vel = zero_velocity(w)
    while len(path) <= steps and height(*path[-1]) >= 1e-3:
        w, vel = momentum_step(w, {"w": slope(*path[-1])}, vel, lr, tau, 0.0)
        path.append(w["w"])
    return np.array(path)


def show_valley(*settings):
    """Draws the walk of each pair (learning rate, momentum)."""
    paths = {}
    for lr, tau in settings:
        path = walk(lr, tau)
        took = ("" if height(*path[-1]) < 1e-3 else "not in ") + f"{len(path) - 1} steps"
        paths[f"$\\lambda$ = {lr:.4f}, $\\tau$ = {tau}: {took}"] = path
    plots.valley(height, paths)


attempt(show_valley, (0.005, 0.0), (0.003, 0.0), (0.005, 0.77))

# %% [markdown]
# ### Question 5, the experiment (3 points, graded by a person)
#
# Does momentum average the noise of mini-batches away? Take $f(w) = \tfrac12 w^2$ and add noise of variance 1 to each
# gradient: SGD wanders around the minimum. The cell below measures the variance of $w$.
#
# 1. Run it: without momentum, at $\lambda = 0.02$, the variance is about $0.010$.
# 2. **Predict** the variance for $\tau = 0.9$ at the same $\lambda$, and write the number down before you go on.
# 3. In the last line of the cell change the momentum to 0.9, and nothing else. Run.
# 4. Find a $\lambda$ for which the variance with $\tau = 0.9$ is about $0.010$ again.
# 5. Explain both results in two sentences. A wrong prediction costs nothing; a missing one does.


# %% tags=["experiment"]
def variance_at_rest(lr, tau, steps=800, walkers=10_000):
    """The variance of w around the minimum of w**2 / 2 if each gradient has noise of variance 1."""
    rng = np.random.default_rng(0)
    w = {"w": np.zeros(walkers)}
    vel = zero_velocity(w)
    for _ in range(steps):
        noisy = {"w": w["w"] + rng.standard_normal(walkers)}
        w, vel = momentum_step(w, noisy, vel, lr, tau, 0.0)
    return np.var(w["w"])


def show_variance(lr, tau):
    """Prints the variance for a learning rate and a momentum."""
    print(f"lr = {lr}, tau = {tau}: variance {variance_at_rest(lr, tau):.4f}")


attempt(show_variance, 0.02, 0.0)

# %% [markdown] written="explain_experiment" points=3
# - My prediction for $\tau = 0.9$, $\lambda = 0.02$:
# - Measured:
# - With $\tau = 0.9$ the variance is about $0.010$ again for $\lambda =$
# - My two sentences:
#
# ### BEGIN SOLUTION
# One point for prediction and measurement, one for $\lambda$, one for the explanation.
#
# - Prediction: any number.
# - Measured: about $0.10$, ten times as much as without momentum.
# - With $\tau = 0.9$ the variance is about $0.010$ again for $\lambda = 0.002$.
# - The memory adds up noise just as it adds up gradients: each noisy gradient moves $w$ by $\lambda/(1 - \tau)$
#   altogether, and this product sets the variance (about half of it), with or without momentum. At equal
#   $\lambda/(1 - \tau)$ momentum is neither quieter nor faster along one direction; what it buys is a ravine, where
#   directions of different curvature share one $\lambda$.
# ### END SOLUTION

# %% [markdown]
# ### The training loop
#
# A training loop contains no formulas; it calls the right functions in the right order. Here they are arguments:
#
# - `loss_and_grads(params, index)` returns the mean loss over the examples in `index` (a number), and its gradients (a
#   dict).
# - `batches()` returns the list of index arrays of one epoch, for example `lambda: minibatches(N, B, rng)`.
# - `step(params, grads, vel)` returns `(params, vel)` after a step, for example
#   `lambda p, g, v: momentum_step(p, g, v, 0.01, 0.9, 1e-4)`.
#
# Rice ML II (p. 7) prints the loss of every batch: honest, but jumpy. The loss of an epoch is the mean over all
# *examples* in it. With a smaller last batch this is **not** the mean over the batches: weight each batch loss $L_k$
# by its number of examples $B_k$,
#
# $$\frac{\sum_k B_k L_k}{\sum_k B_k} .$$
#
# Each $L_k$ is measured *before* the step that follows from it.
#
# ### Question 6: the training loop (13 points)
#
# Write `train(params, loss_and_grads, batches, step, epochs)`, which returns the pair `(params, history)`: the
# parameters after the last step, and a dict of two lists of numbers,
#
# - `history["batch"]`: the loss of every mini-batch, in the order in which they were computed;
# - `history["epoch"]`: for each epoch the mean loss over its examples, as above.
#
# The velocity is `zero_velocity(params)` before the first step of the first epoch, and is never reset.
#
# *Tested:*
#
# - the loss of a regression falls;
# - both lists, with a last batch that is smaller than the others;
# - `batches` is called once for each epoch, and each of its index arrays is used once, in order, unchanged;
# - each gradient is taken at the parameters that the last step returned;
# - the velocity goes from step to step, and from epoch to epoch;
# - the caller's `params` are the same after the call.


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


# %% check="test_train" points=13
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


def shuffled(N, B, seed):
    """A function that returns the batches of one epoch at each call."""
    rng = np.random.default_rng(seed)
    return lambda: np.split(rng.permutation(N), range(B, N, B))


start, loss_and_grads = regression()
answer = train(start, loss_and_grads, shuffled(50, 8, 0), plain_step, 5)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: train should return the pair (params, history), but it returned a {type(answer).__name__}."
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
again = train(start, loss_and_grads, shuffled(50, 8, 0), plain_step, 5)[1]
assert again["batch"] == history["batch"], (
    "value: the same start and the same seed should give the same losses, and the second run differs. "
    "Hint: was `start` changed by the first run?"
)
checks_passed()

# %% [markdown]
# ### Question 6, in one sentence (1 point, graded by a person)
#
# While the loss still falls: is `history["epoch"][-1]` above or below the loss that the final parameters have on the
# same examples, and why?

# %% [markdown] written="explain_history" points=1
# *Your sentence.*
#
# ### BEGIN SOLUTION
# Above: it averages losses that were measured before each of the epoch's steps, so at older and worse parameters than
# the final ones.
# ### END SOLUTION

# %% [markdown]
# To see the trend in batch losses, smooth them: the moving average $s \leftarrow \beta s + (1 - \beta) L_k$, divided by
# $1 - \beta^k$, *is* an average; its weights sum to 1. At the dashed line $\lambda$ falls to a tenth, and the loss
# falls once more: as in your experiment, a smaller rate lets SGD wander less far from the minimum. That is what
# learning-rate schedules are for. (The loss ends a little *below* the variance of the noise: twenty weights have
# learned some of it by heart.)


# %% tags=["experiment"]
def moving_average(values, beta):
    """An exponential moving average whose weights sum to one from the start."""
    s, out = 0.0, []
    for k, value in enumerate(values, 1):
        s = beta * s + (1 - beta) * value
        out.append(s / (1 - beta**k))
    return np.array(out)


def show_losses(N=200, B=8, epochs=10):
    """Trains a regression with noise of variance 0.09; the learning rate falls to a tenth after half of the steps."""
    start, loss_and_grads = regression(N=N, D=20)
    calls = iter(range(10**6))

    def step(params, grads, vel):
        lr = 0.012 if next(calls) < N // B * epochs // 2 else 0.0012
        return momentum_step(params, grads, vel, lr, 0.8, 0.0)

    _, history = train(start, loss_and_grads, shuffled(N, B, 0), step, epochs)
    plots.losses(history["batch"], moving_average(history["batch"], 0.8), history["epoch"], noise=0.3**2)


attempt(show_losses)

# %% [markdown]
# ## D. What theory knows
#
# ### One direction at a time
#
# Near its minimum a smooth loss looks like a quadratic,
# $f(\mathbf w) = \tfrac12 \mathbf w^\top A \mathbf w - \mathbf c^\top \mathbf w$ with a symmetric matrix $A$ of second
# derivatives. Let $\mathbf e$ be the difference from the minimum. A step of gradient descent turns it into
# $\mathbf e - \lambda A \mathbf e$. Along an eigenvector of $A$ with eigenvalue $h$ (the *curvature* in this direction)
# that is a multiplication by $1 - \lambda h$, and the directions do not influence each other.
#
# *With momentum* use $v_t = (e_{t-1} - e_t) / \lambda$ to eliminate the velocity. Along one eigenvector
#
# $$e_{t+1} = e_t - \lambda (\tau v_t + h e_t) = (1 + \tau - \lambda h)\, e_t - \tau\, e_{t-1} .$$
#
# Try $e_t = z^t$. It is a solution if $z$ is a root of
#
# $$p(z) = z^2 - (1 + \tau - \lambda h)\, z + \tau ,$$
#
# and every solution is a combination of the two. In the long run the root with the larger absolute value wins: it is
# the *factor* by which the distance changes in each step.
#
# ### Question 7: the factor per step (4 points)
#
# Write `factor_per_step(lr, h, tau=0.0)`: the larger of the absolute values of the two roots of $p$, as a float. The
# roots may be complex (`np.roots` finds them); $\lambda > 0$, $h \ge 0$ and $0 \le \tau < 1$.
#
# *Tested:*
#
# - without momentum, where it is $|1 - \lambda h|$;
# - with momentum: complex roots, real roots of either sign, rates that are too large;
# - $h = 0$.


# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    """The factor by which the distance along a direction with curvature h changes in each step, in the long run."""
    ### BEGIN SOLUTION
    roots = np.roots([1.0, -(1 + tau - lr * h), tau])
    return float(np.max(np.abs(roots)))
    ### END SOLUTION


# %% check="test_factor_per_step" points=4
factor = factor_per_step(0.3, 1.0)
assert np.shape(factor) == () and not isinstance(factor, (str, type(None))), (
    f"type: factor_per_step should return a float, but it returned a {type(factor).__name__}."
)
assert abs(factor - 0.7) < 1e-9, f"value: with lr = 0.3 and h = 1 the distance shrinks to 0.7 of it, not {factor}."
factor = factor_per_step(2.05, 1.0)
assert abs(factor - 1.05) < 1e-9, (
    f"value: with lr = 2.05 and h = 1 the factor is |1 - 2.05| = 1.05, not {factor}. Hint: take absolute values."
)
factor = factor_per_step(1.0, 1.0, 0.25)
assert abs(factor - 0.5) < 1e-6, (
    f"value: for tau = 0.25 and lr h = 1 the polynomial is z^2 - 0.25 z + 0.25; its roots are complex, with absolute "
    f"value 0.5, not {factor}. Hint: np.abs takes complex numbers, too."
)
checks_passed()

# %% [markdown]
# ### Question 7, in one sentence (1 point, graded by a person)
#
# If the roots are complex they are conjugate, so their product, $\tau$, is $|z|^2$. With $\tau = 0.95$, about how many
# steps does it then take to reduce a distance to a thousandth, and can a better learning rate help?

# %% [markdown] written="explain_factor" points=1
# *Your sentence.*
#
# ### BEGIN SOLUTION
# The factor is $\sqrt{0.95} = 0.975$ whatever $\lambda$ and $h$ are, so it takes $\ln 0.001 / \ln 0.975$, about 270
# steps, and no learning rate that leaves the roots complex can change that; only a smaller $\tau$ can.
# ### END SOLUTION

# %% [markdown]
# ### The largest learning rate
#
# The distance dies out exactly when both roots lie inside the unit circle; without momentum, when
# $|1 - \lambda h| < 1$, that is, $0 < \lambda < 2/h$. This has to hold for *all* eigenvalues, so the **largest** one
# decides. Here is the cliff from Part A: at 99 % of this rate you converge, at 101 % you explode.
#
# *With decay* the matrix of $J$ is $A + \alpha I$: every curvature grows by $\alpha$.
#
# *With momentum:* complex roots have $|z|^2 = \tau < 1$ and are harmless. If the roots are real, ask where the first
# of them can leave the circle as $\lambda$ grows. Not at $z = 1$, since $p(1) = \lambda h > 0$. So at $z = -1$: solve
# $p(-1) = 0$ for $\lambda$. The result says what Rice ML II (p. 32) quotes from
# [distill.pub/2017/momentum](https://distill.pub/2017/momentum/): momentum "allows a larger range of step-sizes to be
# used". How much larger, you are about to compute.
#
# ### Question 8: the largest learning rate (8 points)
#
# Write `critical_rate(A, tau=0.0, alpha=0.0)`: the learning rate, as a float, below which `momentum_step` on the
# quadratic with the symmetric matrix `A` converges and above which it diverges. `A` has shape $(n, n)$; its eigenvalues
# are not negative, and at least one is positive; $0 \le \tau < 1$ and $\alpha \ge 0$.
#
# *Tested:*
#
# - diagonal matrices, full matrices (the eigenvalues are not the diagonal), one parameter;
# - an eigenvalue of 0: a direction in which nothing ever changes is no obstacle;
# - convergence just below and divergence just above, without and with momentum;
# - decay, alone and with momentum.


# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    """The learning rate above which gradient descent with momentum and decay diverges on a quadratic."""
    ### BEGIN SOLUTION
    # p(-1) = 1 + (1 + tau - lr h) + tau = 0
    steepest = np.linalg.eigvalsh(A)[-1] + alpha
    return float(2 * (1 + tau) / steepest)
    ### END SOLUTION


# %% check="test_critical_rate" points=8
rate = critical_rate(np.diag([1.0, 4.0]))
assert isinstance(rate, (float, np.floating)) or np.shape(rate) == (), (
    f"type: critical_rate should return a float, but it returned a {type(rate).__name__}."
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
# Measure it: 150 steps on a quadratic with curvatures between 0.1 and 1. To the right of its dashed line each walk
# explodes; to the left the distance shrinks at the pace of your factor (dotted). With $\tau = 0.6$ any rate from $0.6$
# to $3$ arrives as exactly as float64 allows; without momentum you have to hit a narrow range. Too much memory is no
# better: with $\tau = 0.95$ the walk still swings, and between $0.01$ and $0.2$ of the distance is left at *every*
# rate.


# %% tags=["experiment"]
def distance_after(steps, lr, tau, curvatures):
    """The largest distance from the minimum after some steps from (1, ..., 1)."""
    e = {"e": np.ones(len(curvatures))}
    vel = zero_velocity(e)
    for _ in range(steps):
        e, vel = momentum_step(e, {"e": curvatures * e["e"]}, vel, lr, tau, 0.0)
    return max(np.max(np.abs(e["e"])), 1e-17)


def show_cliffs(*momenta):
    """Measures the distance after 150 steps for many learning rates, beside what your two functions predict."""
    curvatures, rates, runs = np.linspace(0.1, 1.0, 5), np.linspace(0.02, 4.2, 140), {}
    for tau in momenta:
        measured = [distance_after(150, lr, tau, curvatures) for lr in rates]
        factors = [max(factor_per_step(lr, h, tau) for h in curvatures) for lr in rates]
        runs[tau] = measured, np.array(factors) ** 150, critical_rate(np.diag(curvatures), tau)
    plots.cliffs(rates, runs)


attempt(show_cliffs, 0.0, 0.6, 0.95)

# %% [markdown]
# ### The same thing in other clothes
#
# Papers, slides and libraries all say "SGD with momentum and weight decay", but not all of them mean our
# $v \leftarrow \tau v + g + \alpha W$, $W \leftarrow W - \lambda v$. Three other forms that you will meet:
#
# | `form` | velocity | step | where |
# | --- | --- | --- | --- |
# | `"objective"` | $v \leftarrow \tau v + \nabla \big( L + \alpha \sum_i w_i^2 \big)$ | $w \leftarrow w - \lambda v$ | the *objective* on Rice ML II, p. 25, taken at its word |
# | `"average"` | $v \leftarrow \tau v + (1 - \tau)(g + \alpha w)$ | $w \leftarrow w - \lambda v$ | the "weighted average" on Rice ML II, p. 31, taken at its word; the first moment of Adam |
# | `"velocity"` | $v \leftarrow \tau v - \lambda (g + \alpha w)$ | $w \leftarrow w + v$ | Stanford's CS231n, and the classical heavy ball |
#
# As long as the learning rate is **constant**, each walks through exactly the same points as our update, if ours is
# given the right numbers and the right velocity. To find them, write $v' = c\, v$ for the velocity of the other form,
# and choose $c$ so that its velocity equation turns into ours.
#
# ### Question 9: conventions (7 points)
#
# You continue somebody's run with `momentum_step`. Write `convert(form, lr, tau, alpha, v)`. The numbers, and the
# array `v` (the velocity after the last step), are those of the other form. Return `(lr, tau, alpha, v)` for *our*
# update, so that both continue through the same points. A `form` that is not in the table raises a `ValueError`.
#
# *Tested:*
#
# - each form, from $v = 0$ and from other velocities, by walking both ways;
# - any $\lambda > 0$, any $0 \le \tau < 1$ (0 included) and any $\alpha \ge 0$;
# - the `ValueError`; and `v` is the same after the call.


# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    """Our (lr, tau, alpha, v) for the same path as another form of momentum."""
    ### BEGIN SOLUTION
    if form == "objective":
        return lr, tau, 2 * alpha, v
    if form == "average":
        return (1 - tau) * lr, tau, alpha, v / (1 - tau)
    if form == "velocity":
        return lr, tau, alpha, -v / lr
    raise ValueError(f"form is 'objective', 'average' or 'velocity', not {form!r}")
    ### END SOLUTION


# %% check="test_convert" points=7
answer = convert("velocity", 0.1, 0.9, 0.01, np.zeros(2))
assert isinstance(answer, (tuple, list)) and len(answer) == 4, (
    f"type: convert should return (lr, tau, alpha, v), but it returned a {type(answer).__name__}."
)
assert np.shape(answer[3]) == (2,), f"shape: v has shape (2,), and the velocity you return has {np.shape(answer[3])}."


def next_point(form, w, g, lr, tau, alpha, v):
    """Where the next step of each form leads, from a number w with slope g and velocity v."""
    return {
        "ours": w - lr * (tau * v + g + alpha * w),
        "objective": w - lr * (tau * v + g + 2 * alpha * w),
        "average": w - lr * (tau * v + (1 - tau) * (g + alpha * w)),
        "velocity": w + tau * v - lr * (g + alpha * w),
    }[form]


for form in ("objective", "average", "velocity"):
    for velocity in (np.zeros(1), np.array([0.7])):
        (theirs,) = next_point(form, 2.0, 3.0, 0.5, 0.6, 0.1, velocity)
        (ours,) = next_point("ours", 2.0, 3.0, *convert(form, 0.5, 0.6, 0.1, velocity))
        assert abs(ours - theirs) < 1e-12, (
            f"value: from 2, with a velocity of {velocity[0]} in the form {form!r}, their step leads to {theirs:.4g}, "
            f"and ours with your numbers to {ours:.4g}. Hint: v = 0 first; then find c in v' = c v."
        )
checks_passed()

# %% [markdown]
# ### Question 9, in one sentence (1 point, graded by a person)
#
# In the next cell $\lambda$ falls to a fifth after six steps, for all forms at once. Before you run it: which of the
# three then leaves the common path, and why?

# %% [markdown] written="explain_conventions" points=1
# *Your sentence.*
#
# ### BEGIN SOLUTION
# "velocity": its memory is made of old *steps*, with the learning rates of their own time, which go on for about
# $1/(1 - \tau)$ steps after the fall; in the other two $c$ ($1$ and $1 - \tau$) does not contain $\lambda$, which
# multiplies everything that is remembered at the moment of the step.
# ### END SOLUTION


# %% tags=["experiment"]
def swing(form, lr, tau, steps=40, h=0.3, fall=6):
    """The path of one form on f(w) = h w**2 / 2, without decay; the learning rate falls to a fifth after some steps."""
    w, v, path = 1.0, 0.0, [1.0]
    for t in range(steps):
        rate, g = lr if t < fall else lr / 5, h * w
        if form == "velocity":
            v = tau * v - rate * g
            w = w + v
        else:
            v = tau * v + (1 - tau if form == "average" else 1) * g
            w = w - rate * v
        path.append(w)
    return np.array(path)


def show_forms(tau=0.9, fall=6):
    """Draws each form with a learning rate for which `convert` gives 0.25 of ours."""
    paths = {"ours": swing("ours", 0.25, tau, fall=fall)}
    for form in ("objective", "average", "velocity"):
        lr = 0.25 / convert(form, 1.0, tau, 0.0, np.zeros(1))[0]
        paths[f"{form}, $\\lambda$ = {lr:.3g}"] = swing(form, lr, tau, fall=fall)
    plots.forms(paths, fall)


attempt(show_forms)

# %% [markdown]
# ### Arriving
#
# Linear regression with decay is called *ridge regression*:
#
# $$J(\mathbf w, b) = \frac1N \sum_{i=1}^N \big( \mathbf w^\top \mathbf x_i + b - y_i \big)^2 +
# \frac\alpha2 \lVert \mathbf w \rVert^2 .$$
#
# $J$ is a quadratic, so its minimum is where its gradient is zero,
#
# $$\frac2N X^\top (X \mathbf w + b - \mathbf y) + \alpha \mathbf w = 0, \qquad
# \frac2N \sum_i (\mathbf w^\top \mathbf x_i + b - y_i) = 0 ,$$
#
# a system of linear equations for $(\mathbf w, b)$.
#
# How fast can descent arrive? With curvatures between $\mu$ and $h$, the best numbers for momentum are
#
# $$\lambda = \bigg( \frac{2}{\sqrt h + \sqrt \mu} \bigg)^2, \qquad
# \tau = \bigg( \frac{\sqrt h - \sqrt \mu}{\sqrt h + \sqrt \mu} \bigg)^2 ,$$
#
# and the factor per step is $\sqrt\tau$. For $h / \mu = 100$ that is $0.82$, where the best that gradient descent can
# do is $(h - \mu) / (h + \mu) = 0.98$: ten times as many steps. This square root is what momentum is *for*.
#
# > **Slips on the slides.** In D2L basics (p. 39), $\mathbf w^* = (X^\top X)^{-1} X \mathbf y$ should read
# > $X^\top \mathbf y$: check the shapes. And its column of ones, which turns $b$ into one more weight, is fine only
# > without decay.
#
# ### Question 10: ridge regression (4 points)
#
# Write `ridge(X, y, alpha)`, which returns the pair `(w, b)` that minimises $J$: `w` of shape $(D,)$, and `b` a
# number, every entry right to within $10^{-5}$. Descend with momentum, or solve the equations; best of all, do both,
# and let one check the other. `X` has shape $(N, D)$, with $N > D$ and columns that are independent of each other and
# of a column of ones; the ratio of the curvatures is at most $10^4$.
#
# *Tested:*
#
# - $\alpha = 0$, where ridge is least squares, and $\alpha > 0$;
# - targets that are far from zero (the bias must not shrink);
# - features of different sizes, for which a fixed learning rate diverges or does not arrive.


# %% answer="ridge"
def ridge(X, y, alpha):
    """The weights and the bias that minimise the mean squared error plus (alpha/2)|w|^2."""
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


# %% check="test_ridge" points=4
answer = ridge(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]), 0.0)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: ridge should return the pair (w, b), but it returned a {type(answer).__name__}."
)
w, b = answer
assert np.shape(w) == (1,) and np.shape(b) == (), (
    f"shape: for one feature w has shape (1,) and b is a number; yours are {np.shape(w)} and {np.shape(b)}."
)
assert abs(w[0] - 2.0) < 1e-5 and abs(b - 1.0) < 1e-5, (
    f"value: the line through the three points is 2 x + 1, not {w[0]:.6g} x + {b:.6g}. "
    "Hint: continue until the gradient is zero."
)
w, b = ridge(np.array([[-1.0], [0.0], [1.0]]), np.array([8.0, 10.0, 12.0]), 4 / 3)
assert abs(w[0] - 1.0) < 1e-5 and abs(b - 10.0) < 1e-5, (
    f"value: at the minimum w is 1 and b is 10, not {w[0]:.5g} and {b:.5g}. "
    "Hint: the decay halves the slope of 2, and leaves the bias alone."
)
checks_passed()

# %% [markdown]
# The picture of Rice ML II (p. 23), with your `ridge` on the powers $x, x^2, \dots, x^7$ of eight points; the dotted
# curve has no decay. As $\alpha$ grows, $\lVert w \rVert$ falls and the training error rises: neither tells you which
# $\alpha$ to take. The error on 400 *held-out* points does. It falls first (less noise is fitted), then rises (the
# curve becomes too flat), and is smallest near $\alpha = 0.02$.


# %% tags=["experiment"]
def powers(x, degree=7):
    """The columns x, x**2, ..., x**degree."""
    return x[:, None] ** np.arange(1, degree + 1)


def sample(x, seed):
    """Points on a smooth curve, with noise."""
    return x, np.sin(2.5 * x) + 0.25 * np.random.default_rng(seed).standard_normal(len(x))


def show_shrinking():
    """Fits polynomials for many alphas; measures their weights and their errors on seen and held-out points."""
    x, y = sample(np.linspace(-1, 1, 8), seed=6)
    held_out = sample(np.linspace(-1, 1, 400), seed=7)
    fine, alphas = np.linspace(-1.04, 1.04, 300), 10.0 ** np.arange(-3, 1.01, 0.25)
    curves = {"no decay": (fine, np.polyval(np.polyfit(x, y, 7), fine))}
    for alpha in (1e-3, 2e-2, 3.0):
        w, b = ridge(powers(x), y, alpha)
        curves[f"$\\alpha$ = {alpha:g}"] = fine, powers(fine) @ w + b
    fits = [ridge(powers(x), y, alpha) for alpha in alphas]
    found = {"$\\|w\\|$": [np.linalg.norm(w) for w, _ in fits]}
    for name, (at, target) in {"training error": (x, y), "held-out error": held_out}.items():
        found[name] = [np.mean((powers(at) @ w + b - target) ** 2) for w, b in fits]
    plots.shrinking((x, y), curves, alphas, found)


attempt(show_shrinking)

# %% [markdown]
# ## What to take with you
#
# - A step pays while $\lambda < 2/h$; the steepest direction decides.
# - Shuffle, split, keep the last batch, and weight it by its size when you report.
# - $J = L + \frac\alpha2 \lVert W \rVert^2$ and the update $g + \alpha W$ belong together. Biases do not decay.
# - The velocity is a *sum* with gain $1 / (1 - \tau)$, for gradients and for noise. Momentum is for ravines; against
#   noise, lower the learning rate.
# - To check an optimiser, take several steps with everything switched on, change the learning rate midway, and compare
#   with one that you trust.
