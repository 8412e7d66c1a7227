# %% [markdown]
# # The softmax gradient
#
# A classifier ends in a handful of numbers, one score per class. Somewhere between those scores and "make it better"
# stands a derivative, and it is the most beautiful one in this course:
#
# $$\frac{\partial \ell}{\partial \mathbf a} = \hat{\mathbf y} - \mathbf y .$$
#
# *What you predicted, minus what is true.* Exponentials, a quotient and a logarithm go in; a subtraction comes out. In
# this assignment you first find out why, on paper, with every line checked. Then you build it: in floating point, where
# the textbook formula dies at a score of 710 and takes the training run with it. At the end a linear classifier learns
# before your eyes, with a gradient that you have proved.
#
# | part | question | points |
# | --- | --- | --- |
# | A. On paper | 1 three classes · 2 any number of classes | 10 + 5 |
# | B. Probabilities | 3 softmax · 4 log-softmax · 5 one-hot | 10 + 10 + 5 |
# | C. The loss and its gradient | 6 cross-entropy · 7 the gradient · 8 the Jacobian | 10 + 15 + 10 |
# | D. A model | 9 linear softmax | 15 |
# | E. Relatives | 10 soft labels, two classes, the wrong loss | 10 |
#
# **Sources.** *003* is the Rice lecture "Machine Learning II", whose slides "Computing Analytic Gradients" you will
# retrace; *000* is "Deep Learning Basics", *001* "Dive into Deep Learning in 1 Day", *002* "CSCI 599, Lecture 4", *004*
# the lecture from Texas.
#
# **Conventions of the course**
#
# - A batch of scores is `Z` with shape $(N, C)$: one **row** per example, one **column** per class. (000 and 001 call
#   the scores $\mathbf o$, 003 calls them $a$.)
# - In code, labels are integers $0, \dots, C - 1$. In the derivations, classes count from 1, as on the slides of 003.
# - A loss is the **mean** over the batch. 003 sums instead ("we need to find $w$ and $b$ that minimize"): the same
#   minimum, but a gradient that grows with the batch, and a learning rate that must shrink with it.
# - A gradient has the shape of what it belongs to; weights `W` have shape $(C, D)$, as on the slides and in `nn.Linear`.
# - Logarithms are natural ones.
#
# **How you are graded.** The cell after each answer shows you a few checks. The grader runs others: different *cases*,
# never different *requirements*. Whatever is tested stands in the text of its question. Results may be float32 or
# float64, NumPy arrays, PyTorch tensors or nested lists: six digits are enough everywhere. Each call of a function has
# one second; right answers take milliseconds.

# %%
import matplotlib.pyplot as plt
import numpy as np
from sympy import Derivative, Expr, IndexedBase, KroneckerDelta, Sum, exp, latex, log, symbols

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

# %% [markdown]
# ## A. On paper
#
# ### From scores to a loss
#
# Deck 003, "Supervised Learning – Linear Softmax", gives every class a score $a_k$ and turns the scores into
# probabilities, positive numbers that sum to 1:
#
# $$\hat y_i = \frac{e^{a_i}}{\sum_{k} e^{a_k}} .$$
#
# How good are they, if the true class is *label*? Deck 001, "Softmax and Cross-Entropy Loss", takes the **negative
# log-likelihood**, $\ell = -\log \hat y_{label}$. (A slide earlier, in "Calibrated Scale", it reads
# $-\log p(y \mid y)$. That would be the surprise at $y$ if you already knew $y$: none. It should say $p(y \mid o)$, the
# probability given the *scores*, as the next slide does.)
#
# Why the logarithm, and not simply $1 - \hat y_{label}$? Look at the left end of this picture. A classifier that gives
# the truth one chance in a million is not "almost as bad" as one that gives it one in a hundred. It is ten thousand
# times more wrong, and the logarithm keeps counting.


# %% tags=["experiment"]
def draw_surprise():
    """-log p and 1 - p against p, and their slopes."""
    p = np.linspace(0.003, 1, 500)
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.2))
    axes[0].plot(p, -np.log(p), color=BLUE, lw=2, label=r"$-\log p$")
    axes[0].plot(p, 1 - p, color=ORANGE, lw=2, label="$1 - p$")
    for chance in (0.5, 0.1, 0.01):
        axes[0].plot(chance, -np.log(chance), "o", color=BLUE)
        axes[0].annotate(
            f"p = {chance}: {-np.log(chance):.2f}", (chance, -np.log(chance)), (8, 4), textcoords="offset points"
        )
    axes[0].set(title="What a probability of $p$ for the truth costs", xlabel="$p$, the probability of the true class")
    axes[0].set(ylabel="loss", ylim=(0, 6))
    axes[1].semilogy(p, 1 / p, color=BLUE, lw=2, label=r"slope of $-\log p$: $1/p$")
    axes[1].semilogy(p, np.ones_like(p), color=ORANGE, lw=2, label="slope of $1 - p$: always 1")
    axes[1].set(title="How hard the loss pulls", xlabel="$p$, the probability of the true class", ylabel="|slope|")
    for axis in axes:
        axis.legend()
    figure.tight_layout()
    plt.show()


draw_surprise()

# %% [markdown]
# ### How to write a derivation here
#
# Your derivation will be *read*, line by line, so it is written in [SymPy](https://docs.sympy.org), which keeps formulas
# as formulas. (It comes with this course's environment; elsewhere, `pip install sympy`.) A derivation is a **list of
# lines**. The first line is what you start from, every further line is **equal to the one above it**, and the last line
# is where you wanted to arrive.
#
# The next cell defines the letters, and shows a complete example: the derivative of $\log(1 + e^{a_1})$.
#
# - `a[1]` is $a_1$, `y[1]` is $y_1$, and `yhat[1]` is $\hat y_1$. You may write `yhat[...]` for the quotient it stands
#   for, in any line. `y` is the one-hot label of the question.
# - `Derivative(f, a[1])` is a derivative that has *not yet been taken*. SymPy leaves it alone until you write something
#   else in its place.
# - Write right-hand sides only, no equations.
# - SymPy tidies as you type: it sorts terms, collects factors, and multiplies $e^{a} e^{-a}$ out to 1. So two lines that
#   you typed differently can be the *same* to SymPy. The visible check tells you; leave one of them out.
#
# Your lines are not compared with ours. Each one is evaluated at random scores, to 50 digits, and has to agree with the
# one above. Any valid route is right, also one that we did not think of. You can hunt for a slip in the same way:
# `line.doit().subs({a[1]: 0.3, a[2]: -1, a[3]: 0.5}).evalf()` is the value of a line (without `yhat`) at one point, and
# the first line whose value changes is the wrong one.

# %%
a, y, yhat = IndexedBase("a"), IndexedBase("y"), IndexedBase("yhat")
i, j, k, C = symbols("i j k C", integer=True)

example = [
    Derivative(log(1 + exp(a[1])), a[1]),
    Derivative(1 + exp(a[1]), a[1]) / (1 + exp(a[1])),  # the chain rule: (log u)' = u' / u
    exp(a[1]) / (1 + exp(a[1])),
]

# Question 1: three classes, and the label is 2.
total_3 = exp(a[1]) + exp(a[2]) + exp(a[3])
loss_3 = -log(exp(a[2]) / total_3)

# %% tags=["experiment"]
from IPython.display import Math, display


def show(lines):
    """A derivation as a mathematician would set it."""
    display(Math(r"\begin{aligned} & " + r" \\ =\; & ".join(latex(line) for line in lines) + r"\end{aligned}"))


show(example)

# %% [markdown]
# ### Three classes
#
# Deck 003, "Computing Analytic Gradients", has three classes (cat, dog, bear) and says "let's say: label = 2". So
#
# $$\ell = -\log \hat y_2 = -\log \frac{e^{a_2}}{e^{a_1} + e^{a_2} + e^{a_3}} .$$
#
# Three derivatives are wanted, and only two of them are different: $a_1$ and $a_3$ appear in the denominator alone,
# while $a_2$ appears above and below. The slides call the two cases $i \ne label$ and $i = label$. There are two decent
# ways through the logarithm: split it first, as the slides do ($\log \frac uv = \log u - \log v$, and then nearly
# everything is gone), or keep the quotient and use the chain rule and the quotient rule. The first is shorter; both are
# right.
#
# ### Question 1: three classes (10 points)
#
# Write two derivations: `other_class`, from `Derivative(loss_3, a[1])` to the final form, and `label_class`, from
# `Derivative(loss_3, a[2])` to the final form.
#
# *Tested*, for both lists:
#
# - **The start.** Line 1 is the derivative of the given loss, not yet worked out: a `Derivative` with the logarithm of
#   the quotient in it.
# - **The steps.** Each line equals the one above it. There are marks for the first half of the lines, and for all of
#   them. With fewer than four lines, or with a first line that is not equal to the given derivative, these marks and
#   those for milestones and repetitions are not given: that is not a derivation of this.
# - **Two milestones** between the first line and the last. One line in which the logarithm of the quotient is gone but a
#   derivative is still to be taken (a `Derivative`, and no `log` of a product, a quotient, a power or a $\hat y$). And
#   one line in which the derivative has been taken but $\hat y$ is not yet put in (an `exp`, and neither `log` nor
#   `Derivative`).
# - **The end.** The last line equals what you started from, and is written in $\hat y$, $y$ and numbers alone.
# - **No line repeats** the one above it.

# %% answer="other_class"
# A list of lines from Derivative(loss_3, a[1]) to the final form: the case i != label.
### BEGIN SOLUTION
other_class = [
    Derivative(loss_3, a[1]),
    Derivative(log(total_3) - a[2], a[1]),  # the logarithm of a quotient is a difference
    Derivative(log(total_3), a[1]),  # a[2] does not move when a[1] does
    Derivative(total_3, a[1]) / total_3,  # the chain rule
    exp(a[1]) / total_3,  # one of the three exponentials moves
    yhat[1],
]
### END SOLUTION

# %% answer="label_class"
# A list of lines from Derivative(loss_3, a[2]) to the final form: the case i = label.
### BEGIN SOLUTION
label_class = [
    Derivative(loss_3, a[2]),
    Derivative(log(total_3) - a[2], a[2]),
    Derivative(log(total_3), a[2]) - 1,  # this time a[2] is the one that moves
    Derivative(total_3, a[2]) / total_3 - 1,
    exp(a[2]) / total_3 - 1,
    yhat[2] - 1,
]
### END SOLUTION

# %% check="test_three_classes" points=10
for name, lines in (("other_class", other_class), ("label_class", label_class)):
    assert isinstance(lines, (list, tuple)), f"type: {name} should be a list of lines, not a {type(lines).__name__}."
    assert len(lines) >= 4, f"value: {name} has {len(lines)} lines; the steps between start and end need at least four."
    for number, line in enumerate(lines, 1):
        assert isinstance(line, (Expr, int)), (
            f"type: line {number} of {name} should be a SymPy expression, and it is a {type(line).__name__}."
        )
    for number, (above, line) in enumerate(zip(lines, lines[1:]), 2):
        assert above != line, f"value: to SymPy, lines {number - 1} and {number} of {name} are the same. Leave one out."
    assert lines[0].has(Derivative) and lines[0].has(log), (
        f"value: line 1 of {name} should be the derivative of loss_3, not yet worked out."
    )
    for leftover in (exp, log, Derivative):
        assert not getattr(lines[-1], "has", lambda kind: False)(leftover), (
            f"value: the last line of {name} still contains {leftover.__name__}; it should be written in yhat and numbers."
        )
checks_passed()

# %% tags=["experiment"]
attempt(lambda: show(other_class))
attempt(lambda: show(label_class))

# %% [markdown]
# Put the two cases side by side, as 003 does, and write the 1 as a vector that is 1 at the label and 0 elsewhere:
#
# $$\frac{\partial \ell}{\partial \mathbf a} = \begin{pmatrix} \hat y_1 \\ \hat y_2 - 1 \\ \hat y_3 \end{pmatrix}
# = \hat{\mathbf y} - \mathbf y .$$
#
# ### Any number of classes
#
# Two cases for three classes, done. But a language model has 100,000 classes, and labels need not be one-hot: "70 %
# cat, 30 % dog" is a perfectly good label. 000 and 001 call the loss for that **cross-entropy** (000: "for probability
# distribution $y_i \in [0, 1]$"):
#
# $$\ell = -\sum_{k=1}^{C} y_k \log \hat y_k, \qquad \hat y_k = \frac{e^{a_k}}{\sum_{j=1}^{C} e^{a_j}}, \qquad
# \sum_{k=1}^{C} y_k = 1 .$$
#
# With a one-hot $\mathbf y$ one term survives, and this is $-\log \hat y_{label}$ again.
#
# Case distinctions do not scale, so we let an index do the work. All there is to know about the derivative of one score
# by another is the **Kronecker delta**,
#
# $$\frac{\partial a_k}{\partial a_i} = \delta_{ik} = \begin{cases} 1 & i = k \\ 0 & i \ne k, \end{cases} \qquad\qquad
# \sum_k \delta_{ik}\, u_k = u_i :$$
#
# in a sum, it picks. In SymPy: `KroneckerDelta(i, k)`, and `Sum(u, (k, 1, C))` for $\sum_{k=1}^C u$. Mind your letters.
# The $j$ below the fraction bar, the $k$ of the outer sum and the $i$ by which you differentiate are three different
# things, and the commonest mistake in this derivation is to use one of them twice.
#
# ### Question 2: any number of classes (5 points)
#
# Write `any_classes`, the derivation from `Derivative(loss_C, a[i])` to $\hat y_i - y_i$, for any $C$ and any $i$. All
# that you may use about $\mathbf y$ is $\sum_k y_k = 1$. (Where do you need it?)
#
# *Tested*, as in Question 1 and now for several $C$, $i$ and label distributions: the start; the steps, first half and
# all, in at least four lines; two milestones: a line in which a `Derivative` is still to be taken but the logarithm of
# the quotient is gone, and a line with a `KroneckerDelta`; the end, written in $\hat y$, $y$, $i$ and numbers; no line
# repeats the one above it.

# %%
total_C = Sum(exp(a[j]), (j, 1, C))
loss_C = -Sum(y[k] * log(exp(a[k]) / total_C), (k, 1, C))

# %% answer="any_classes"
# A list of lines from Derivative(loss_C, a[i]) to the final form.
### BEGIN SOLUTION
any_classes = [
    Derivative(loss_C, a[i]),
    Derivative(Sum(y[k] * (log(total_C) - a[k]), (k, 1, C)), a[i]),
    Sum(y[k] * (Derivative(log(total_C), a[i]) - KroneckerDelta(i, k)), (k, 1, C)),
    Sum(y[k] * (exp(a[i]) / total_C - KroneckerDelta(i, k)), (k, 1, C)),
    exp(a[i]) / total_C * Sum(y[k], (k, 1, C)) - Sum(y[k] * KroneckerDelta(i, k), (k, 1, C)),
    yhat[i] - y[i],  # the first sum is 1, the second picks k = i
]
### END SOLUTION

# %% check="test_any_classes" points=5
assert isinstance(any_classes, (list, tuple)), (
    f"type: any_classes should be a list, not a {type(any_classes).__name__}."
)
assert len(any_classes) >= 4, f"value: any_classes has {len(any_classes)} lines; the steps need at least four."
for number, line in enumerate(any_classes, 1):
    assert isinstance(line, (Expr, int)), (
        f"type: line {number} of any_classes should be a SymPy expression, and it is a {type(line).__name__}."
    )
for number, (above, line) in enumerate(zip(any_classes, any_classes[1:]), 2):
    assert above != line, (
        f"value: to SymPy, lines {number - 1} and {number} of any_classes are the same. Leave one out."
    )
assert any_classes[0].has(Derivative) and any_classes[0].has(log), (
    "value: line 1 of any_classes should be the derivative of loss_C, not yet worked out."
)
assert any_classes[-1] == yhat[i] - y[i], "value: the last line should be yhat[i] - y[i]."
checks_passed()

# %% tags=["experiment"]
attempt(lambda: show(any_classes))

# %% [markdown]
# ## B. Probabilities
#
# ### Softmax
#
# Now in code. Deck 000, "Softmax Regression", has the formula and an example, scores $[1, -1, 2]$, for which it prints
# $[0.26, 0.04, 0.7]$. (The last one is 0.7054. Rounded to two digits like the others it would be 0.71, and then the
# three would sum to 1.01: rounded probabilities rarely sum to 1.)
#
# Typed in as it stands, the formula fails for a score of 710: $e^{710}$ is more than the largest float64,
# $1.8 \cdot 10^{308}$, so it becomes `inf`, and `inf / inf` is `nan`. At the other end $e^{-750}$ is 0, and when all
# scores of a row are down there the quotient is $0/0$. Scores like that are not exotic; one step with too large a
# learning rate produces them.
#
# The way out costs one subtraction. For any number $m$
#
# $$\frac{e^{a_i}}{\sum_k e^{a_k}} = \frac{e^{-m} e^{a_i}}{e^{-m} \sum_k e^{a_k}} = \frac{e^{a_i - m}}{\sum_k e^{a_k - m}},$$
#
# only *differences* of scores count. Take $m = \max_k a_k$: the largest exponent is 0, nothing overflows, and the sum is
# at least 1. But the maximum of *what*? Each row is an example of its own.
#
# (Deck 002, "Cross-Entropy Loss", writes the denominator as $\sum_{j=1}^{C} e^{f(x_j; W, b)}$: a sum over *examples*
# $x_j$. It should run over the classes, $\sum_j e^{f(x_i; W, b)_j}$. In code that is the difference between `axis=0` and
# `axis=1`, and nothing will crash.)
#
# ### Question 3: softmax (10 points)
#
# Write `softmax(Z)` for an array of scores of shape $(N, C)$; the result has the same shape.
#
# *Tested:* the values; scores around $+1000$ and around $-1000$; a batch whose rows lie far apart, one around $-800$ and
# another around $+800$; a single row ($N = 1$) and a single class ($C = 1$); scores that are integers; that `Z` is not
# modified.


# %% answer="softmax"
def softmax(Z):
    """The probabilities of each row of scores, in the shape (N, C) of Z.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 1000.0]]))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    ### BEGIN SOLUTION
    powers = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)
    ### END SOLUTION


# %% check="test_softmax" points=10
P = softmax(np.array([[1.0, -1.0, 2.0], [0.0, 0.0, 0.0]]))
assert np.shape(P) == (2, 3), f"shape: scores of shape (2, 3) give probabilities of shape (2, 3), not {np.shape(P)}."
assert np.allclose(np.sum(np.asarray(P), axis=1), 1.0), (
    f"value: each row should sum to 1; the rows sum to {np.sum(np.asarray(P), axis=1)}. "
    "Hint: sum over the classes, axis=1, and keep the axis with keepdims=True."
)
assert np.allclose(P, [[0.2595, 0.0351, 0.7054], [1 / 3, 1 / 3, 1 / 3]], atol=1e-4), (
    f"value: the scores [1, -1, 2] have probabilities [0.2595, 0.0351, 0.7054], not {P[0]}."
)
assert np.allclose(softmax(np.array([[1000.0, 1000.0]])), 0.5), (
    "value: two scores of 1000 have probability 1/2 each. Hint: subtract the maximum of each row before np.exp."
)
checks_passed()

# %% [markdown]
# ### Log-softmax
#
# The loss needs $\log \hat y$, and taking the logarithm of `softmax` throws away what matters most. For the scores
# $[0, -1000]$ the second probability is $e^{-1000}$. No float64 is that small, so softmax says 0 and the logarithm says
# $-\infty$. The true answer, $-1000$, is a perfectly ordinary number. We only took a detour through one that is not.
#
# A popular bandage is $\log(\hat y + 10^{-12})$, or clipping. Now nothing is infinite: the loss stops at 27.6, its
# gradient is 0, and the examples on which the model is most wrong have become the ones it no longer learns from. Instead
# do on the screen what you did on paper, and split the logarithm *before* anything can underflow:
#
# $$\log \hat y_i = (a_i - m) - \log \sum_k e^{a_k - m}, \qquad m = \max_k a_k .$$
#
# ### Question 4: log-softmax (10 points)
#
# Write `log_softmax(Z)`, the logarithms of the probabilities, in the shape $(N, C)$ of the scores.
#
# *Tested:* the values; scores around $+1000$ and $-1000$; log-probabilities that are exact far below the smallest
# float64 (for $[0, -1000]$ they are 0 and $-1000$); a batch whose rows lie 1600 apart; integer scores; that `Z` is not
# modified.


# %% answer="log_softmax"
def log_softmax(Z):
    """The logarithm of each probability, in the shape (N, C) of Z.

    >>> log_softmax(np.array([[0.0, -1000.0]]))
    array([[    0., -1000.]])
    """
    ### BEGIN SOLUTION
    shifted = Z - np.max(Z, axis=1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    ### END SOLUTION


# %% check="test_log_softmax" points=10
logs = log_softmax(np.array([[1.0, -1.0, 2.0], [5.0, 5.0, 5.0]]))
assert np.shape(logs) == (2, 3), f"shape: scores of shape (2, 3) give an array of shape (2, 3), not {np.shape(logs)}."
assert np.allclose(logs, [[-1.3490, -3.3490, -0.3490], [-np.log(3)] * 3], atol=1e-4), (
    f"value: the scores [1, -1, 2] have log-probabilities [-1.349, -3.349, -0.349], not {logs[0]}."
)
assert np.allclose(log_softmax(np.array([[1000.0, 999.0]])), [[-0.3133, -1.3133]], atol=1e-4), (
    "value: for [1000, 999] the log-probabilities are [-0.3133, -1.3133]. Hint: subtract the maximum of the row first."
)
checks_passed()

# %% [markdown]
# ### One-hot labels
#
# 003 and 000 ("From Regression to Multi-class Classification") write the label as a vector with a single 1. One row per
# example, one column per class.
#
# ### Question 5: one-hot (5 points)
#
# Write `one_hot(labels, C)`: for $N$ labels between $0$ and $C - 1$, the $(N, C)$ array that has a 1 in row $n$ at
# column `labels[n]` and 0 elsewhere. Numbers, please, not booleans.
#
# *Tested:* the place of the ones; labels that occur several times, and classes that do not occur at all (so that $C$ is
# not $\max + 1$, and the labels do not start at 0); labels stored as `uint8`, as image data sets store them: that type
# ends at 255, and $200 + 200$ is 144 in it.


# %% answer="one_hot"
def one_hot(labels, C):
    """The (N, C) array with a 1 in row n at column labels[n].

    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    ### BEGIN SOLUTION
    return np.eye(C)[labels]
    ### END SOLUTION


# %% check="test_one_hot" points=5
Y = one_hot(np.array([0, 2, 1]), 3)
assert np.shape(Y) == (3, 3), f"shape: three labels and three classes make an array of shape (3, 3), not {np.shape(Y)}."
assert np.asarray(Y).dtype != bool, "type: the array should hold the numbers 0 and 1, not booleans."
assert np.array_equal(Y, [[1, 0, 0], [0, 0, 1], [0, 1, 0]]), (
    f"value: the labels [0, 2, 1] have their ones in columns 0, 2 and 1; yours is {np.asarray(Y).tolist()}."
)
checks_passed()

# %% [markdown]
# ## C. The loss and its gradient
#
# ### Cross-entropy
#
# Over a batch we take the mean:
#
# $$L(Z) = -\frac 1N \sum_{n=1}^{N} \log \hat y_{n,\, label_n} .$$
#
# (002, "Cross-Entropy Loss", takes the mean as well, but puts a hat on the wrong $y$: there $\hat y_i$ is the truth.)
# Two numbers to keep in mind. A model that knows nothing says $1/C$ for every class, and its loss is $\log C$: 2.303 for
# ten classes. If your training does not *start* near there, look at the initialisation. And the table of 003,
# "Supervised Learning – Linear Softmax", has the predictions
#
# $$[.85, .10, .05], \quad [.20, .70, .10], \quad [.40, .45, .15], \quad [.40, .25, .35]$$
#
# with labels 1, 2, 1, 3 as the slide counts. Its losses are 0.1625, 0.3567, 0.9163 and 1.0498; their mean is 0.6213.
# Note the third one: the classifier is *wrong* there (0.45 beats 0.40), and yet it costs less than the fourth.
#
# ### Question 6: cross-entropy (10 points)
#
# Write `cross_entropy(Z, labels)`: the mean loss, a number, for scores of shape $(N, C)$ and $N$ integer labels.
#
# *Tested:* the value; that it is a mean (a batch that is repeated has the same loss); a wrong class that is ahead by
# 1000 and more (for the scores $[1000, 0, -1000]$ and the label 2 the loss is exactly 2000); rows that lie 1600 apart;
# labels of type `uint8`; that neither argument is modified.


# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    """The mean of -log(probability of the label).

    >>> cross_entropy(np.array([[1000.0, 0.0, -1000.0]]), np.array([2]))
    2000.0
    """
    ### BEGIN SOLUTION
    return float(-np.mean(log_softmax(Z)[np.arange(len(labels)), labels]))
    ### END SOLUTION


# %% check="test_cross_entropy" points=10
value = cross_entropy(np.zeros((4, 10)), np.array([3, 1, 4, 1]))
assert np.ndim(value) == 0, f"shape: the loss is one number, and yours has shape {np.shape(value)}."
assert abs(value - np.log(10)) < 1e-5, f"value: equal scores for ten classes cost log(10) = 2.3026, not {value}."

table = np.array([[0.85, 0.10, 0.05], [0.20, 0.70, 0.10], [0.40, 0.45, 0.15], [0.40, 0.25, 0.35]])
value = cross_entropy(np.log(table), np.array([0, 1, 0, 2]))
assert abs(value - 0.6213) < 1e-4, (
    f"value: the mean loss of the slide's table is 0.6213, not {value}. Hint: 2.4853 would be the sum."
)
checks_passed()

# %% [markdown]
# ### The gradient
#
# Part A says what the gradient of *one* example is. The loss is a mean over $N$ of them, and example $n$ only sees its
# own row of scores, so
#
# $$\frac{\partial L}{\partial Z} = \frac 1N \big(\hat Y - Y\big), \qquad \text{shape } (N, C).$$
#
# There is a sanity check inside. Each row of $\hat Y$ sums to 1 and each row of $Y$ too, so each row of the gradient sums
# to **0**: what the true class gains, the others lose. And the gradient is bounded: no entry is ever larger than $1/N$,
# however wrong the model is. (For the squared loss that is not so; see the last question.)
#
# ### Question 7: the gradient (15 points)
#
# Write `dlogits(Z, labels)`, the gradient of `cross_entropy` with respect to `Z`, in the shape $(N, C)$.
#
# *Tested:* the values; that rows sum to 0; that it belongs to the *mean* (if a batch is repeated, each row gets half of
# its gradient); a wrong class that is ahead by 1000; $N = 1$; labels that occur several times, also as `uint8`; integer
# scores; that neither `Z` nor `labels` is modified. (The reference solution is two lines long. Most bugs here write into
# an array that belongs to somebody else.)


# %% answer="dlogits"
def dlogits(Z, labels):
    """The gradient of cross_entropy(Z, labels) with respect to Z, in the shape (N, C).

    >>> dlogits(np.array([[0.0, 0.0]]), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    ### BEGIN SOLUTION
    N, C = np.shape(Z)
    return (softmax(Z) - one_hot(labels, C)) / N
    ### END SOLUTION


# %% check="test_dlogits" points=15
scores, truth = np.array([[0.5, -1.0, 2.0], [1.0, 1.0, -0.5]]), np.array([2, 0])
gradient = dlogits(scores, truth)
assert np.shape(gradient) == (2, 3), f"shape: the gradient has the shape of Z, (2, 3), not {np.shape(gradient)}."
assert np.allclose(np.sum(np.asarray(gradient), axis=1), 0.0, atol=1e-6), (
    f"value: each row of the gradient sums to 0; yours sum to {np.sum(np.asarray(gradient), axis=1)}. "
    "Hint: subtract 1 at the label, in every row."
)
nudged = scores.copy()
nudged[0, 2] += 1e-5
slope = (cross_entropy(nudged, truth) - cross_entropy(scores, truth)) / 1e-5
assert abs(np.asarray(gradient)[0, 2] - slope) < 1e-3, (
    f"value: your loss changes with Z[0, 2] at a rate of {slope:.4f}, and the gradient says {np.asarray(gradient)[0, 2]:.4f}. "
    "Hint: sign, and the 1/N of the mean."
)
checks_passed()


# %% tags=["experiment"]
def draw_bars(Z, labels, names):
    """Predictions, truth, and their difference: the gradient of each example."""
    figure, axes = plt.subplots(2, len(Z), figsize=(11, 5.6), sharex=True, sharey="row")
    P, Y = np.asarray(softmax(Z)), np.asarray(one_hot(labels, Z.shape[1]))
    for n, (top, bottom) in enumerate(axes.T):
        gradient = np.asarray(dlogits(Z[n : n + 1], labels[n : n + 1]))[0]
        places = np.arange(Z.shape[1])
        top.bar(places, Y[n], color="0.85", width=0.8, label="truth $y$")
        top.bar(places, P[n], color=BLUE, width=0.5, label=r"prediction $\hat y$")
        top.set_title(f"loss {cross_entropy(Z[n : n + 1], labels[n : n + 1]):.2f}")
        bottom.bar(places, gradient, color=[GREEN if g < 0 else RED for g in gradient], width=0.5)
        bottom.axhline(0, color="black", lw=0.8)
        bottom.set_xticks(places, names)
    axes[0, 0].set_ylabel("probability")
    axes[1, 0].set_ylabel(r"gradient $\hat y - y$")
    figure.suptitle("The gradient is the error: green scores will be raised, red ones lowered, and the bars balance")
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="lower center", ncols=2)
    plt.show()


attempt(
    draw_bars,
    np.array([[0.0, 0.0, 0.0], [0.3, 2.5, 0.1], [2.5, 0.5, 1.2]]),
    np.array([1, 1, 1]),
    ["cat", "dog", "bear"],
)

# %% [markdown]
# Read it from left to right. Knowing nothing: a push up of $2/3$ for the truth, shared by the others. Nearly right:
# nearly nothing to do. Confidently wrong: almost the full push, and it is taken from the class that caused the trouble.
#
# ### The Jacobian, and what cancels
#
# You derived $\hat{\mathbf y} - \mathbf y$ in one go. A framework would do it in two steps, and it is worth seeing where
# the beauty comes from. Softmax has $C$ inputs and $C$ outputs; its Jacobian (one row per output, as in 000, "Derivatives
# for vectors") is
#
# $$J_{ik} = \frac{\partial \hat y_i}{\partial z_k} = \hat y_i\, (\delta_{ik} - \hat y_k), \qquad\qquad
# J = \operatorname{diag}(\hat{\mathbf y}) - \hat{\mathbf y} \hat{\mathbf y}^\top .$$
#
# The loss $-\log \hat y_{label}$ pulls on one output only: $\partial \ell / \partial \hat y_i$ is
# $-1/\hat y_{label}$ at the label and 0 elsewhere. The chain rule multiplies,
#
# $$\frac{\partial \ell}{\partial z_k} = \sum_i \frac{\partial \ell}{\partial \hat y_i} J_{ik}
# = -\frac{1}{\hat y_{label}} \cdot \hat y_{label}\, (\delta_{label,\, k} - \hat y_k) = \hat y_k - \delta_{label,\, k} ,$$
#
# and the dangerous $1/\hat y_{label}$ meets the $\hat y_{label}$ that it was made for. On paper they cancel. In a
# computer that multiplies them out, they only cancel while $\hat y_{label}$ is not 0: for the scores $[1000, 0]$ and the
# label 1 the chain rule says $\tfrac{1}{0} \cdot 0$, which is `nan`, and your `dlogits` says $[1, -1]$. That is why
# frameworks offer softmax and logarithm as *one* function.
#
# ### Question 8: the Jacobian (6 points for the Jacobian, 4 for the chain rule)
#
# Write `softmax_jacobian(z)` for *one* example, a vector of $C$ scores: the $(C, C)$ matrix above. Then write
# `through_jacobian(z, label)`: the gradient of $-\log \hat y_{label}$ with respect to `z`, a vector of length $C$, as the
# product that the chain rule asks for.
#
# *Tested*, the Jacobian: the values; that each row and each column sums to 0; $C = 1$ and $C = 2$; scores of $\pm 1000$;
# that `z` is not modified. The chain rule: that the product is $\hat{\mathbf y} - \mathbf y$, for every label, and also
# when the label has a probability of $10^{-20}$ (so do not clip $\hat y$). It is *not* tested with scores like 1000,
# where it must fail.


# %% answer="softmax_jacobian"
def softmax_jacobian(z):
    """The (C, C) matrix of d softmax(z)_i / d z_k, for a vector of C scores.

    >>> softmax_jacobian(np.array([0.0, 0.0]))
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    ### BEGIN SOLUTION
    p = softmax(np.reshape(z, (1, -1)))[0]
    return np.diag(p) - np.outer(p, p)
    ### END SOLUTION


# %% answer="through_jacobian"
def through_jacobian(z, label):
    """The gradient of -log softmax(z)[label] with respect to z, by the chain rule."""
    ### BEGIN SOLUTION
    p = softmax(np.reshape(z, (1, -1)))[0]
    outer = np.zeros(len(p))
    outer[label] = -1 / p[label]
    return outer @ softmax_jacobian(z)
    ### END SOLUTION


# %% check="test_softmax_jacobian" points=6
jacobian = softmax_jacobian(np.log(np.array([1.0, 2.0, 1.0])))
assert np.shape(jacobian) == (3, 3), f"shape: three scores have a Jacobian of shape (3, 3), not {np.shape(jacobian)}."
assert np.allclose(np.diag(np.asarray(jacobian)), [0.1875, 0.25, 0.1875]), (
    "value: for probabilities [1/4, 1/2, 1/4] the diagonal p (1 - p) is [3/16, 1/4, 3/16], "
    f"not {np.diag(np.asarray(jacobian))}."
)
checks_passed()

# %% check="test_through_jacobian" points=4
chained = through_jacobian(np.log(np.array([1.0, 2.0, 1.0])), 1)
assert np.shape(chained) == (3,), f"shape: three scores have a gradient of shape (3,), not {np.shape(chained)}."
assert np.allclose(chained, [0.25, -0.5, 0.25]), (
    f"value: for probabilities [1/4, 1/2, 1/4] and the label 1 the gradient is [0.25, -0.5, 0.25], not {chained}."
)
checks_passed()

# %% [markdown]
# Probabilities of three classes live on a triangle, the **simplex**: one corner for each class, and the point in the
# middle knows nothing. On the left, softmax of random scores: when the scores grow, the same directions are pushed into
# the corners. This is the only thing that the *size* of scores does, it is confidence. On the right, gradient descent on
# the scores of a single example whose label is "dog", started from many places. The columns of the Jacobian sum to 0, so
# no path can leave the triangle; and the paths bend, because a class that has already lost is left in peace.

# %% tags=["experiment"]
CORNERS = np.array([[0.0, 0.0], [0.5, np.sqrt(3) / 2], [1.0, 0.0]])


def draw_triangle(axis, title):
    """The simplex with its corners named."""
    axis.plot(*np.vstack([CORNERS, CORNERS[:1]]).T, color="black", lw=1)
    for (h, v), name, shift in zip(CORNERS, ["cat", "dog", "bear"], [(-14, -14), (0, 6), (14, -14)], strict=True):
        axis.annotate(name, (h, v), shift, textcoords="offset points", ha="center", fontsize=11)
    axis.set_title(title, pad=24)
    axis.set(aspect="equal", xlim=(-0.1, 1.1), ylim=(-0.08, 0.92))
    axis.axis("off")


def draw_loss_on_triangle(axis, n=120):
    """-log of the second coordinate, as a shade."""
    weights = np.array([[p, q, n - p - q] for p in range(n + 1) for q in range(n + 1 - p)]) / n
    height = -np.log(np.maximum(weights[:, 1], 1e-9))
    levels = np.arange(0, 5.1, 0.5)
    return axis.tricontourf(*(weights @ CORNERS).T, height, levels=levels, cmap="Blues", extend="max", alpha=0.85)


def descend(z, label, rate=0.2, steps=600):
    """The probabilities along gradient descent on the scores of one example."""
    path, Z = [], np.array([z])
    for _ in range(steps):
        path.append(np.asarray(softmax(Z))[0])
        Z = Z - rate * np.asarray(dlogits(Z, np.array([label])))
    return np.array(path)


def draw_simplex():
    """Where softmax puts random scores, and where gradient descent takes them."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5.2), layout="constrained")
    directions = np.random.default_rng(1).normal(size=(300, 3))
    for size, color in ((0.5, GREEN), (2.0, ORANGE), (8.0, RED)):
        spots = np.asarray(softmax(size * directions)) @ CORNERS
        left.plot(*spots.T, ".", color=color, ms=5, alpha=0.7, label=f"scores times {size:g}")
    draw_triangle(left, "Larger scores, more confidence")
    left.legend(loc="upper left", fontsize=9)
    shade = draw_loss_on_triangle(right)
    for angle in np.linspace(0, 2 * np.pi, 24, endpoint=False):
        start = 1.8 * np.array([np.cos(angle), np.sin(angle), np.cos(angle + 2.2)])
        path = descend(start, label=1) @ CORNERS
        right.plot(*path.T, color=ORANGE, lw=1.2)
        right.plot(*path[0], ".", color="black", ms=5)
    draw_triangle(right, "Every descent ends at the label")
    figure.colorbar(shade, ax=right, label=r"loss $-\log \hat y_{dog}$", shrink=0.8)
    plt.show()


attempt(draw_simplex)

# %% [markdown]
# ## D. A model
#
# ### Linear softmax
#
# The scores come from somewhere: $a_i = \sum_j w_{ij} x_j + b_i$, or $Z = X W^\top + \mathbf b$ for the whole batch, with
# $X$ of shape $(N, D)$, $W$ of shape $(C, D)$ and $\mathbf b$ of length $C$. 003 finishes its derivation with the chain
# rule: since $\partial a_i / \partial w_{ij} = x_j$ and $\partial a_i / \partial b_i = 1$,
#
# $$\frac{\partial \ell}{\partial w_{ij}} = (\hat y_i - y_i)\, x_j, \qquad \frac{\partial \ell}{\partial b_i} = \hat y_i - y_i .$$
#
# That is *one* example, and it is an outer product. Over a batch, add up the examples (the $1/N$ is already in
# `dlogits`). Do not loop: a sum over $n$ of products of something with index $(n, i)$ and something with index $(n, j)$
# is a matrix product. Which one? Let the shapes tell you: $(N, C)$ and $(N, D)$ must become $(C, D)$, and there is only
# one way.
#
# ### Question 9: linear softmax (15 points)
#
# Write `linear_grads(X, W, b, labels)`, which returns `(loss, dW, db)`: the mean cross-entropy, and its gradients in the
# shapes of `W` and `b`.
#
# *Tested:* the loss and both gradients, for several sizes with $D$ larger and smaller than $C$; $N = 1$; two classes;
# that all three are means (a batch that is repeated changes nothing now: why, when `dlogits` was halved?); scores that
# lie 1000 apart; ten thousand examples with a hundred features, in less than a second (a loop over all weights
# takes minutes, a matrix product a hundredth of a second); that no argument is modified.


# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    """The mean cross-entropy of the scores X @ W.T + b, and its gradients with respect to W and b."""
    ### BEGIN SOLUTION
    Z = X @ W.T + b
    dZ = dlogits(Z, labels)
    return cross_entropy(Z, labels), dZ.T @ X, dZ.sum(axis=0)
    ### END SOLUTION


# %% check="test_linear_grads" points=15
X = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]])
truth = np.array([0, 1, 2])
answer = linear_grads(X, np.zeros((3, 2)), np.zeros(3), truth)
assert isinstance(answer, (tuple, list)) and len(answer) == 3, (
    f"type: linear_grads should return (loss, dW, db), and it returned a {type(answer).__name__}."
)
start, dW, db = answer
assert abs(start - np.log(3)) < 1e-5, f"value: without weights the loss is log(3) = 1.0986, not {start}."
assert np.shape(dW) == (3, 2), f"shape: dW has the shape of W, (3, 2), not {np.shape(dW)}."
assert np.shape(db) == (3,), f"shape: db has the shape of b, (3,), not {np.shape(db)}."
assert np.allclose(db, 0.0, atol=1e-6), (
    f"value: with one example of each class and equal scores, the pulls on b cancel; yours is {db}."
)
after = linear_grads(X, -0.1 * np.asarray(dW), np.zeros(3), truth)[0]
assert after < start, (
    f"value: a small step against the gradient should lower the loss, and it went from {start:.4f} to {after:.4f}."
)
checks_passed()

# %% [markdown]
# Now let it learn. Three clouds of points, three classes, $W$ starts at zero. The colour is the class that the model
# prefers, the shade its confidence. Each boundary is a straight line, where two scores are equal: 004 lists this under
# "Limitations" ("only linear decision boundaries, between pairs of classes"). Watch what happens *after* the boundaries
# are in place: the loss goes on falling because $W$ goes on growing. With clouds that overlap this ends by itself; with
# clouds that do not, it never would, and that is one reason for weight decay.


# %% tags=["experiment"]
def three_blobs(n=60):
    """Points of three classes in the plane, and their labels."""
    rng = np.random.default_rng(3)
    centres = np.array([[-1.6, -0.8], [0.2, 1.6], [1.7, -0.9]])
    return np.vstack([c + 0.75 * rng.normal(size=(n, 2)) for c in centres]), np.repeat([0, 1, 2], n)


def draw_regions(axis, W, b, X, labels):
    """The preferred class at each place of the plane, shaded by its probability."""
    from matplotlib.colors import to_rgb

    colors = np.array([to_rgb(color) for color in (BLUE, ORANGE, GREEN)])
    grid = np.linspace(-4, 4, 160)
    places = np.stack(np.meshgrid(grid, grid), axis=-1)
    P = np.asarray(softmax(places.reshape(-1, 2) @ W.T + b))
    strength = (P.max(axis=1, keepdims=True) - 1 / 3) * 1.1
    image = (1 - strength) + strength * colors[P.argmax(axis=1)]
    axis.imshow(np.clip(image, 0, 1).reshape(160, 160, 3), extent=(-4, 4, -4, 4), origin="lower")
    axis.scatter(*X.T, c=colors[labels], s=14, edgecolors="black", linewidths=0.4)
    axis.set(xticks=[], yticks=[])
    axis.grid(False)


def train_and_draw(moments=(0, 1, 10, 100, 1000), rate=0.5):
    """Gradient descent on the linear softmax, with pictures at some moments."""
    X, labels = three_blobs()
    W, b, losses = np.zeros((3, 2)), np.zeros(3), []
    figure, axes = plt.subplots(1, len(moments), figsize=(14, 3.7), layout="constrained")
    for step in range(max(moments) + 1):
        loss, dW, db = linear_grads(X, W, b, labels)
        if step in moments:
            axis = axes[moments.index(step)]
            draw_regions(axis, W, b, X, labels)
            axis.set_title(f"step {step}: loss {float(loss):.3f}\n|W| = {np.linalg.norm(W):.2f}", fontsize=10)
        losses.append(float(loss))
        W, b = W - rate * np.asarray(dW), b - rate * np.asarray(db)
    figure.suptitle("First the boundaries turn, then the confidence grows")
    plt.show()
    draw_loss(losses)


def draw_loss(losses):
    """The loss of each step, on logarithmic axes."""
    plt.figure(figsize=(7, 3))
    plt.loglog(np.arange(1, len(losses) + 1), losses, color=BLUE)
    plt.axhline(np.log(3), color="0.5", ls=":", label="knowing nothing: $\\log 3$")
    plt.title("The loss, from $\\log 3$ downward")
    plt.xlabel("step")
    plt.ylabel("loss")
    plt.legend()
    plt.show()


attempt(train_and_draw)

# %% [markdown]
# ## E. Relatives
#
# ### Soft labels
#
# In Question 2 you used nothing about $\mathbf y$ but $\sum_k y_k = 1$. So your gradient holds for soft labels too: for
# targets $T$ of shape $(N, C)$ whose rows are probabilities,
#
# $$L = -\frac 1N \sum_{n} \sum_k T_{nk} \log \hat Y_{nk}, \qquad \frac{\partial L}{\partial Z} = \frac 1N (\hat Y - T) .$$
#
# That is how label smoothing works, and how a small model learns from a large one.
#
# ### Question 10: relatives of the softmax loss (3 points for soft labels)
#
# Write `soft_cross_entropy(Z, T)`, which returns `(loss, dZ)`.
#
# *Tested:* both values for random targets; that one-hot targets give what Questions 6 and 7 give, also when the scores
# are $[1000, 0, -1000]$ (a target of 0 times a log-probability of $-2000$ is 0; a target of 0 times $-\infty$ is not).


# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, T):
    """The mean cross-entropy between targets T and softmax(Z), both (N, C), and its gradient with respect to Z."""
    ### BEGIN SOLUTION
    loss = -np.sum(T * log_softmax(Z)) / len(Z)
    return float(loss), (softmax(Z) - T) / len(Z)
    ### END SOLUTION


# %% check="test_soft_cross_entropy" points=3
answer = soft_cross_entropy(np.zeros((1, 2)), np.array([[0.75, 0.25]]))
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: soft_cross_entropy should return (loss, dZ), and it returned a {type(answer).__name__}."
)
assert abs(answer[0] - np.log(2)) < 1e-5, f"value: equal scores for two classes cost log(2), not {answer[0]}."
assert np.allclose(answer[1], [[-0.25, 0.25]]), (
    f"value: the gradient should be p - t = [[-0.25, 0.25]], not {answer[1]}."
)
checks_passed()

# %% [markdown]
# ### Two classes
#
# For two classes one score is enough. Only differences count, so fix the second score at 0:
#
# $$\operatorname{softmax}([a, 0])_0 = \frac{e^a}{e^a + 1} = \frac{1}{1 + e^{-a}} = \sigma(a),$$
#
# the **sigmoid** of 001, "Sigmoid Activation". For labels $y \in \{0, 1\}$ (1 means the class whose score is $a$),
# cross-entropy becomes the **binary cross-entropy**,
#
# $$\ell = -y \log \sigma(a) - (1 - y) \log(1 - \sigma(a)) = \log(1 + e^{a}) - y\,a .$$
#
# Deck 004, "Binary cross entropy loss", is worth a careful look, because two things have slipped in there: the first line
# says $\ell = \log P$, without the minus; and the second applies $\sigma$ to $f_\theta(\mathbf x)$, although the same
# slide has just defined $f_\theta(\mathbf x) = \sigma(\mathbf{W x} + \mathbf b)$. What goes into the loss is the *score*,
# one sigmoid and no more. You will say below what a second one does.
#
# In floating point the last formula overflows for $a = 1000$; since $\log(1 + e^a) = \max(a, 0) + \log(1 + e^{-|a|})$, it
# need not.
#
# ### Question 10, two classes (4 points)
#
# Write `sigmoid(a)` for an array of scores of any shape, and `bce_with_logits(a, y)`: the **mean** binary cross-entropy
# of $N$ scores with labels 0 or 1, a number.
#
# *Tested:* that $\sigma(a)$ is the first of the two probabilities of $[a, 0]$; scores of $\pm 1000$, for which it is 0 or
# 1 and never nan; the values of the loss; that a score that is wrong by 1000 costs exactly 1000.


# %% answer="sigmoid"
def sigmoid(a):
    """1 / (1 + exp(-a)) for each entry of a.

    >>> sigmoid(np.array([0.0, -1000.0]))
    array([0.5, 0. ])
    """
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(a))  # between 0 and 1: nothing overflows
    return np.where(a >= 0, 1.0, small) / (1 + small)
    ### END SOLUTION


# %% answer="bce_with_logits"
def bce_with_logits(a, y):
    """The mean binary cross-entropy of scores a with labels y.

    >>> bce_with_logits(np.array([1000.0]), np.array([0]))
    1000.0
    """
    ### BEGIN SOLUTION
    return float(np.mean(np.maximum(a, 0) - a * y + np.log1p(np.exp(-np.abs(a)))))
    ### END SOLUTION


# %% check="test_two_classes" points=4
assert np.allclose(sigmoid(np.array([0.0, 2.0, -2.0])), [0.5, 0.8808, 0.1192], atol=1e-4), (
    f"value: sigmoid of [0, 2, -2] is [0.5, 0.8808, 0.1192], not {sigmoid(np.array([0.0, 2.0, -2.0]))}."
)
value = bce_with_logits(np.array([0.0, 2.0]), np.array([1, 0]))
assert np.ndim(value) == 0, f"shape: the loss is one number, and yours has shape {np.shape(value)}."
assert abs(value - 1.4100) < 1e-4, (
    f"value: scores [0, 2] with labels [1, 0] cost (0.6931 + 2.1269) / 2 = 1.4100, not {value}."
)
checks_passed()

# %% [markdown]
# ### Question 10, the wrong loss (3 points, graded by a person)
#
# 1. Deck 000, "Use Square Loss?", has the label $\mathbf y = [0, 0, 1]$ and the output $[0.3, 0, 7000]$. Compute the
#    squared loss $\lVert \hat{\mathbf y} - \mathbf y \rVert^2$ of these outputs, and the cross-entropy with the same three
#    numbers as scores. The largest output is the right one. What would each loss do to the score 7000, and which of the
#    two is right?
# 2. Suppose somebody follows 004 to the letter and applies the sigmoid twice, $-\log \sigma(\sigma(a))$ for $y = 1$ and
#    $-\log(1 - \sigma(\sigma(a)))$ for $y = 0$. Between which numbers can $\sigma(\sigma(a))$ lie? What is the smallest loss
#    that a *perfect* classifier reaches, for $y = 1$ and for $y = 0$?

# %% [markdown] written="explain_losses" points=3
# *Two losses, computed and compared.*
#
# ### BEGIN SOLUTION
# 1. The squared loss is $0.3^2 + 0^2 + 6999^2 = 48{,}986{,}001.09$. The cross-entropy is
#    $\log(e^{0.3} + e^{0} + e^{7000}) - 7000 = 0$ (the other classes have probability $e^{-7000}$). The gradient of the
#    squared loss at the right class is $2 \cdot 6999$: it pulls the score *down*, with all its might, for being too right.
#    That of cross-entropy is $\hat{\mathbf y} - \mathbf y = \mathbf 0$: there is nothing to improve. Classification asks
#    which score is the largest, not how large it is, so cross-entropy is right.
# 2. $\sigma(a)$ lies between 0 and 1, so $\sigma(\sigma(a))$ lies between $\sigma(0) = 0.5$ and $\sigma(1) = 0.731$. For
#    $y = 1$ the loss never falls below $-\log 0.731 = 0.313$, for $y = 0$ never below $-\log(1 - 0.5) = 0.693$. A perfect
#    classifier still looks like one that guesses, and the gradients, scaled by the slope of the second sigmoid, are small
#    everywhere.
# ### END SOLUTION

# %% [markdown]
# ## What to take with you
#
# - The gradient of cross-entropy through softmax is *prediction minus truth*. You have proved it, for any number of
#   classes and any labels that sum to 1.
# - Only differences of scores count. Subtract the maximum of the row, and nothing overflows.
# - Split the logarithm before the computer can underflow: work with log-probabilities, never with $\log(p + \varepsilon)$.
# - A loss is a mean, and the $1/N$ belongs into the gradient too.
# - A step that is fine on paper ($\hat y \cdot 1/\hat y = 1$) may be $0 \cdot \infty$ in a machine. Cancel first.
# - A line of a derivation is either equal to the one above or it is not, and a few random numbers will tell.
