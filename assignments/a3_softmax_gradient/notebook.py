# %% [markdown]
# # The softmax gradient
#
# A classifier ends in one score per class. What trains it is the most beautiful derivative in this course:
#
# $$\frac{\partial \ell}{\partial \mathbf a} = \hat{\mathbf y} - \mathbf y .$$
#
# *What you predicted, minus what is true.* Exponentials, a quotient and a logarithm go in; a subtraction comes out.
#
# **What you will be able to do**
#
# - derive this gradient for any number of classes, and test every line of the derivation yourself;
# - compute it in floating point, where the textbook formula fails at a score of 710;
# - train a linear classifier on handwritten digits with it;
# - say what temperature does to a model's confidence, and when several sigmoids beat one softmax.
#
# | part | question | points |
# | --- | --- | --- |
# | A. On paper | 1 three classes · 2 any number of classes · 3 two reasons | 9 + 5 + 2 |
# | B. Probabilities | 4 softmax · 5 log-softmax · 6 one-hot · 7 two predictions | 8 + 9 + 4 + 2 |
# | C. The loss and its gradient | 8 cross-entropy · 9 the gradient · 10 the Jacobian · 11 three reasons | 8 + 12 + 8 + 3 |
# | D. A model | 12 loops, and none · 13 two observations · 14 your experiment: temperature | 14 + 2 + 3 |
# | E. Relatives | 15 soft labels · 16 several sigmoids · 17 the wrong loss | 4 + 4 + 3 |
#
# > **Time and route.** About 4¼ hours (estimated). Required: Parts A to D, 89 points. Part E is optional and worth
# > the other 11. On a slow laptop all cells together still run in less than a minute.
#
# **Decks.** *D2L basics*: "Deep Learning Basics". *D2L in a day*: "Dive into Deep Learning in 1 Day". *USC L4*: "CSCI
# 599: Deep Learning and its Applications, Lecture 4". *Rice ML II*: COMP 646, "Machine Learning II: SGD,
# Generalization, Regularization, Softmax, MLPs". *UT first example*: "First example". Pages count the slides from the
# title slide; if your copy differs by one or two, go by the title in quotation marks.
#
# **Conventions of the course**
#
# - A batch of scores is `Z` with shape $(N, C)$: one **row** per example, one **column** per class.
# - In code, labels are integers $0, \dots, C - 1$. In derivations, classes are numbered from 1, as in Rice ML II.
# - A loss is the **mean** over the batch. (Rice ML II, p. 42, sums: the same minimum, but a gradient that grows with
#   the batch.)
# - A gradient has the shape of what it belongs to; weights `W` have shape $(C, D)$, as in `nn.Linear`.
# - Logarithms are natural.
#
# **How you are graded.** The cell after each answer runs a few checks. The grader runs others: different *cases*,
# never different *requirements*. Results may be float32 or float64, NumPy arrays, PyTorch tensors or nested lists;
# six digits are enough. Each call may take one second.

# %%
import numpy as np
import plots
from line_checker import check_lines
from sympy import Derivative, Expr, IndexedBase, KroneckerDelta, Sum, exp, latex, log, symbols

from checks import attempt, checks_passed

# %% [markdown]
# ## A. On paper
#
# ### From scores to a loss
#
# Every class $k$ gets a score $a_k$, and **softmax** turns the scores into probabilities, positive numbers that sum
# to 1 (Rice ML II, p. 41, "Supervised Learning – Linear Softmax"):
#
# $$\hat y_i = \frac{e^{a_i}}{\sum_{k} e^{a_k}} .$$
#
# If the true class is *label*, the loss is the **negative log-likelihood** $\ell = -\log \hat y_{label}$ (D2L in a
# day, p. 55, "Softmax and Cross-Entropy Loss").
#
# Why not simply $1 - \hat y_{label}$? Giving the truth one chance in a million is ten thousand times worse than
# giving it one in a hundred, but $1 - p$ hardly notices: 0.99 and 0.999999. The logarithm does: 4.6 and 13.8. And
# its slope, $-1/p$, is ten thousand times as steep.
#
# > **Slips on the slides.** D2L in a day, p. 54, "Calibrated Scale", writes the loss as $-\log p(y \mid y)$; it
# > should be $-\log p(y \mid o)$, given the *scores*, as on the next page.
#
# ### How to write a derivation here
#
# A derivation is a **list of lines** in [SymPy](https://docs.sympy.org). The first line is what you start from, and
# each further line is **equal to the one above it**. The next cell defines the letters and shows an example: the
# derivative of $\log(1 + e^{a_1})$.
#
# - `a[1]` is $a_1$, `y[1]` is $y_1$ of the one-hot label (1 for the true class, 0 for the others), and `yhat[1]` is
#   $\hat y_1$, which you may write in any line in place of the quotient it stands for.
# - `Derivative(f, a[1])` is a derivative that has *not yet been taken*; SymPy leaves it alone.
# - Write right-hand sides only, no equations.
# - SymPy tidies what you type, so two different lines can become the same; leave one of them out.
#
# Each line is evaluated at random scores and has to agree with the one above, so any valid route is right. **You have
# the tool yourself**: `check_lines(lines, question=1)`, from `line_checker.py` beside this notebook, names the first
# line that does not follow, with both values and the point.

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
    """Displays the lines of a derivation as formulas."""
    display(Math(r"\begin{aligned} & " + r" \\ =\; & ".join(latex(line) for line in lines) + r"\end{aligned}"))


show(example)
check_lines(example, question=1)
check_lines([*example, 1 / (1 + exp(a[1]))], question=1)  # a wrong fourth line

# %% [markdown]
# ### Three classes
#
# Rice ML II has three classes (cat, dog, bear) and says "Let's say: label = 2" (p. 56). So
#
# $$\ell = -\log \hat y_2 = -\log \frac{e^{a_2}}{e^{a_1} + e^{a_2} + e^{a_3}} .$$
#
# $a_1$ and $a_3$ appear only in the denominator, $a_2$ in the numerator as well: the two cases of the slides,
# $i \ne label$ (p. 57) and $i = label$ (p. 60). There are two good ways through the logarithm: split it first, as
# the slides do ($\log \frac uv = \log u - \log v$), or keep the quotient and use the quotient rule.
#
# ### Question 1: three classes (9 points)
#
# Write two derivations: `other_class`, starting from `Derivative(loss_3, a[1])`, and `label_class`, starting from
# `Derivative(loss_3, a[2])`.
#
# *Tested*, for both lists:
#
# - **The start.** Line 1 is the given derivative, not yet worked out.
# - **The steps.** Each line equals the one above it, in the first half and in the whole list, and no line repeats
#   the one above it.
# - **Two milestones** between the first line and the last: a line with a `Derivative` but without the logarithm of
#   a quotient, a product, a power or a $\hat y$; and a line with an `exp` but without `log` or `Derivative`.
# - **The end.** The last line equals the start, and is written in $\hat y$, $y$ and numbers alone.
#
# Steps and milestones count only in a list of at least four lines that begins with something equal to the given
# derivative.

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

# %% tags=["experiment"]
attempt(lambda: check_lines(other_class, question=1))

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

# %% tags=["experiment"]
attempt(lambda: check_lines(label_class, question=1))

# %% check="test_three_classes" points=9
for name, lines in (("other_class", other_class), ("label_class", label_class)):
    assert isinstance(lines, (list, tuple)), f"type: {name} should be a list of lines, not a {type(lines).__name__}."
    assert len(lines) >= 4, f"value: {name} has {len(lines)} lines; the steps between start and end need at least four."
    for number, line in enumerate(lines, 1):
        assert isinstance(line, (Expr, int)), (
            f"type: line {number} of {name} should be a SymPy expression, but it is a {type(line).__name__}."
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
# Put the two cases together, as Rice ML II does on p. 61, and write the 1 as a vector that is 1 at the label and 0
# elsewhere:
#
# $$\frac{\partial \ell}{\partial \mathbf a} = \begin{pmatrix} \hat y_1 \\ \hat y_2 - 1 \\ \hat y_3 \end{pmatrix}
# = \hat{\mathbf y} - \mathbf y .$$
#
# ### Any number of classes
#
# Labels need not be one-hot: "70 % cat, 30 % dog" is a good label, too. The loss for such labels is **cross-entropy**
# (D2L basics, p. 56):
#
# $$\ell = -\sum_{k=1}^{C} y_k \log \hat y_k, \qquad \hat y_k = \frac{e^{a_k}}{\sum_{j=1}^{C} e^{a_j}}, \qquad
# \sum_{k=1}^{C} y_k = 1 .$$
#
# With a one-hot $\mathbf y$ one term survives, and this is $-\log \hat y_{label}$ again.
#
# Now an index does the work of the two cases, with the **Kronecker delta**,
#
# $$\frac{\partial a_k}{\partial a_i} = \delta_{ik} = \begin{cases} 1 & i = k \\ 0 & i \ne k, \end{cases} \qquad\qquad
# \sum_k \delta_{ik}\, u_k = u_i .$$
#
# In a sum, it picks one term. In SymPy: `KroneckerDelta(i, k)`, and `Sum(u, (k, 1, C))` for $\sum_{k=1}^C u$. The
# $j$ of the denominator, the $k$ of the outer sum and the $i$ of the derivative are different things; the most common
# mistake here is to use one letter for two of them.
#
# ### Question 2: any number of classes (5 points)
#
# Write `any_classes`, the derivation from `Derivative(loss_C, a[i])` to $\hat y_i - y_i$, for any $C$ and any $i$
# (the next cell defines `loss_C`). All you may assume about $\mathbf y$ is $\sum_k y_k = 1$.
#
# *Tested*, as in Question 1, and now for several $C$, $i$ and label distributions:
#
# - the start; the steps, in at least four lines;
# - two milestones: a line with a `Derivative` but without the logarithm of a quotient, and a line with a
#   `KroneckerDelta`;
# - the end: it equals the start, and is written in $\hat y$, $y$, $i$ and numbers, in any form.

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

# %% tags=["experiment"]
attempt(lambda: check_lines(any_classes, question=2))

# %% check="test_any_classes" points=5
assert isinstance(any_classes, (list, tuple)), (
    f"type: any_classes should be a list, not a {type(any_classes).__name__}."
)
assert len(any_classes) >= 4, f"value: any_classes has {len(any_classes)} lines; the steps need at least four."
for number, line in enumerate(any_classes, 1):
    assert isinstance(line, (Expr, int)), (
        f"type: line {number} of any_classes should be a SymPy expression, but it is a {type(line).__name__}."
    )
for number, (above, line) in enumerate(zip(any_classes, any_classes[1:]), 2):
    assert above != line, (
        f"value: to SymPy, lines {number - 1} and {number} of any_classes are the same. Leave one out."
    )
assert any_classes[0].has(Derivative) and any_classes[0].has(log), (
    "value: line 1 of any_classes should be the derivative of loss_C, not yet worked out."
)
for leftover in (exp, log, Derivative, Sum, KroneckerDelta):
    assert not getattr(any_classes[-1], "has", lambda kind: False)(leftover), (
        f"value: the last line still contains {leftover.__name__}; it should be written in yhat, y and numbers."
    )
checks_passed()

# %% tags=["experiment"]
attempt(lambda: show(any_classes))

# %% [markdown]
# ### Question 3: two reasons (2 points, one sentence each, graded by a person)
#
# 1. In Question 1, somebody adds 5 to all three scores. What happens to the three derivatives, and why?
# 2. What does your derivation for any $C$ give for labels that sum to $s$ instead of 1, and why?

# %% [markdown] written="all_scores_plus_five" points=1
# *1. All scores plus 5:*
#
# ### BEGIN SOLUTION
# Nothing: the last lines contain only $\hat y$, and a factor $e^5$ in numerator and denominator cancels.
# ### END SOLUTION

# %% [markdown] written="labels_that_sum_to_s" points=1
# *2. Labels that sum to $s$:*
#
# ### BEGIN SOLUTION
# $s\,\hat y_i - y_i$: the quotient $e^{a_i} / \sum_j e^{a_j}$ does not depend on $k$ and is multiplied by
# $\sum_k y_k$, and this is the only place where the sum of the labels enters.
# ### END SOLUTION

# %% [markdown]
# ## B. Probabilities
#
# ### Softmax
#
# Typed in as it stands, the formula fails for a score of 710: $e^{710}$ is more than the largest float64,
# $1.8 \cdot 10^{308}$, so it becomes `inf`, and `inf / inf` is `nan`. At the other end $e^{-750}$ is 0, and a row
# of such scores gives $0/0$. One training step with too large a learning rate is enough to produce such scores.
#
# The way out costs one subtraction. For any number $m$
#
# $$\frac{e^{a_i}}{\sum_k e^{a_k}} = \frac{e^{a_i - m}}{\sum_k e^{a_k - m}},$$
#
# so only *differences* of scores count. With $m = \max_k a_k$ nothing overflows, and the sum is at least 1. But the
# maximum of *what*? Each row is an example of its own.
#
# > **Slips on the slides.** USC L4, p. 44, "Cross-Entropy Loss", writes the denominator as
# > $\sum_{j=1}^{C} e^{f(x_j; W, b)}$, a sum over *examples* $x_j$ instead of classes; in code that is `axis=0`
# > instead of `axis=1`, and nothing crashes. Its $\hat y_i$ is the truth, not the prediction. D2L basics, p. 55,
# > "Softmax Regression", has $[0.26, 0.04, 0.7]$ for the scores $[1, -1, 2]$;
# > the last one is 0.7054, which rounds to 0.71, and then the three sum to 1.01.
#
# ### Question 4: softmax (8 points)
#
# Write `softmax(Z)` for an array of scores of shape $(N, C)$; the result has the same shape.
#
# *Tested:*
#
# - the values, including those for integer scores, one row ($N = 1$) and one class ($C = 1$);
# - scores around $+1000$ and around $-1000$;
# - a batch with one row around $-800$ and another around $+800$;
# - `Z` is not modified.


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


# %% check="test_softmax" points=8
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
# ### Temperature
#
# Divide all scores by a **temperature** $T > 0$ before the softmax. The order of the classes stays the same; what
# changes is the confidence. For $T \to 0$ the largest score takes everything, for $T \to \infty$ all classes become
# equal. A language model that is meant to be creative is sampled at a higher $T$. Try other scores and
# temperatures:


# %% tags=["experiment"]
def print_temperatures(scores=(1.0, -1.0, 2.0), temperatures=(0.1, 0.5, 1.0, 2.0, 10.0)):
    """The probabilities of the same scores at several temperatures."""
    for T in temperatures:
        print(f"T = {T:4}: {np.round(np.asarray(softmax(np.array([scores]) / T))[0], 3)}")


attempt(print_temperatures)

# %% [markdown]
# ### Log-softmax
#
# The loss needs $\log \hat y$. For the scores $[0, -1000]$ the second probability is $e^{-1000}$. No float64 is that
# small, so softmax says 0 and its logarithm is $-\infty$. The true answer, $-1000$, is a perfectly ordinary number;
# only the detour was not.
#
# A common patch is $\log(\hat y + 10^{-12})$, or clipping. But then the loss stops at 27.6 and its gradient is 0: the
# model no longer learns from the examples on which it is most wrong. Instead split the logarithm, as on paper,
# *before* anything can underflow:
#
# $$\log \hat y_i = (a_i - m) - \log \sum_k e^{a_k - m}, \qquad m = \max_k a_k .$$
#
# ### Question 5: log-softmax (9 points)
#
# Write `log_softmax(Z)`, the logarithms of the probabilities, in the shape $(N, C)$ of the scores.
#
# *Tested:*
#
# - the values, including those for integer scores and for scores around $+1000$ and $-1000$;
# - log-probabilities far below the logarithm of the smallest float64 (for $[0, -1000]$ they are 0 and $-1000$);
# - a batch whose rows lie 1600 apart;
# - `Z` is not modified.


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


# %% check="test_log_softmax" points=9
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
# A label can be written as a vector with a single 1 (D2L basics, p. 52, "From Regression to Multi-class
# Classification").
#
# ### Question 6: one-hot (4 points)
#
# Write `one_hot(labels, C)`: for $N$ labels between $0$ and $C - 1$, the $(N, C)$ array that has a 1 in row $n$ at
# column `labels[n]` and 0 elsewhere. Numbers, please, not booleans.
#
# *Tested:*
#
# - the place of the ones, even when labels repeat and some classes (even the last) do not occur;
# - labels of the type `uint8`, as image data sets store them (that type ends at 255: in it, $200 + 200$ is 144).


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


# %% check="test_one_hot" points=4
Y = one_hot(np.array([0, 2, 1]), 3)
assert np.shape(Y) == (3, 3), f"shape: three labels and three classes make an array of shape (3, 3), not {np.shape(Y)}."
assert np.asarray(Y).dtype != bool, "type: the array should hold the numbers 0 and 1, not booleans."
assert np.array_equal(Y, [[1, 0, 0], [0, 0, 1], [0, 1, 0]]), (
    f"value: the labels [0, 2, 1] have their ones in columns 0, 2 and 1; yours is {np.asarray(Y).tolist()}."
)
checks_passed()

# %% [markdown]
# ### Question 7: two predictions (2 points, one sentence each, graded by a person)
#
# 1. Somebody subtracts the maximum of the whole batch, `Z.max()`, instead of that of each row. Which rows come out
#    wrong, and why does a small test batch not show it?
# 2. A model says $[0.6, 0.3, 0.1]$ at $T = 1$. Which of the three probabilities grow when you raise $T$ a little, and
#    why?

# %% [markdown] written="one_maximum_for_all" points=1
# *1. One maximum for the whole batch:*
#
# ### BEGIN SOLUTION
# Rows whose scores all lie about 750 or more below the largest score of the batch become $0/0$, and in a small batch
# of ordinary scores no row lies that far below.
# ### END SOLUTION

# %% [markdown] written="a_little_warmer" points=1
# *2. A little warmer:*
#
# ### BEGIN SOLUTION
# The second and the third grow: a higher temperature moves probability towards $[\tfrac13, \tfrac13, \tfrac13]$, and
# the derivative of $\log p_k$ with respect to $1/T$ is the score minus the mean score, $a_k - \sum_j p_j a_j$, which
# is negative for both ($\log 0.3 = -1.20$ and $\log 0.1 = -2.30$ lie below the mean, $-0.90$).
# ### END SOLUTION

# %% [markdown]
# ## C. The loss and its gradient
#
# ### Cross-entropy
#
# Over a batch we take the mean:
#
# $$L(Z) = -\frac 1N \sum_{n=1}^{N} \log \hat y_{n,\, label_n} .$$
#
# A model that knows nothing says $1/C$ for every class, and its loss is $\log C$: 2.303 for ten classes. If your
# training does not *start* near there, look at the initialisation. The table of Rice ML II, p. 40, has the
# predictions
#
# $$[.85, .10, .05], \quad [.20, .70, .10], \quad [.40, .45, .15], \quad [.40, .25, .35]$$
#
# with labels 1, 2, 1, 3 (the slide counts from 1). The losses are 0.1625, 0.3567, 0.9163 and 1.0498; their mean is
# 0.6213.
#
# ### Question 8: cross-entropy (8 points)
#
# Write `cross_entropy(Z, labels)`: the mean loss, a number, for scores of shape $(N, C)$ and $N$ integer labels.
#
# *Tested:*
#
# - the value, and that it is a mean: a batch that is repeated has the same loss;
# - a wrong class that is ahead by 1000 or more (for the scores $[1000, 0, -1000]$ and the label 2 the loss is exactly
#   2000);
# - rows that lie 1600 apart; labels of the type `uint8`;
# - neither argument is modified.


# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    """The mean of -log(probability of the label).

    >>> cross_entropy(np.array([[1000.0, 0.0, -1000.0]]), np.array([2]))
    2000.0
    """
    ### BEGIN SOLUTION
    return float(-np.mean(log_softmax(Z)[np.arange(len(labels)), labels]))
    ### END SOLUTION


# %% check="test_cross_entropy" points=8
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
# Part A gives the gradient of *one* example. The loss is a mean over $N$ of them, so
#
# $$\frac{\partial L}{\partial Z} = \frac 1N \big(\hat Y - Y\big), \qquad \text{shape } (N, C).$$
#
# A sanity check: the rows of $\hat Y$ and of $Y$ sum to 1, so each row of the gradient sums to **0**.
#
# ### Question 9: the gradient (12 points)
#
# Write `dlogits(Z, labels)`, the gradient of `cross_entropy` with respect to `Z`, in the shape $(N, C)$.
#
# *Tested:*
#
# - the values, including those for $N = 1$, integer scores and a wrong class that is ahead by 1000; rows sum to 0;
# - that it belongs to the *mean*: if a batch is repeated, each row gets half of its gradient;
# - labels that occur several times, and labels of the type `uint8`;
# - neither `Z` nor `labels` is modified.


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


# %% check="test_dlogits" points=12
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
    "Hint: check the sign, and the 1/N of the mean."
)
checks_passed()


# %% tags=["experiment"]
def draw_gradients(Z, labels):
    """Prediction, truth and gradient of a few examples, each of them a batch of its own."""
    rows = [(Z[n : n + 1], labels[n : n + 1]) for n in range(len(Z))]
    gradients = [np.asarray(dlogits(*row))[0] for row in rows]
    plots.gradient_bars(softmax(Z), one_hot(labels, 3), gradients, [cross_entropy(*row) for row in rows])


attempt(draw_gradients, np.array([[0.0, 0.0, 0.0], [0.3, 2.5, 0.1], [2.5, 0.5, 1.2]]), np.array([1, 1, 1]))

# %% [markdown]
# Knowing nothing (left): a push of $2/3$ up for the truth. Nearly right (middle): almost nothing to do. Confidently
# wrong (right): almost the full push, and the class that caused the trouble pays for it.
#
# ### The Jacobian, and what cancels
#
# A framework could also take two steps. The Jacobian of softmax (one row per output, as in D2L basics, p. 28,
# "Derivatives for vectors") is
#
# $$J_{ik} = \frac{\partial \hat y_i}{\partial z_k} = \hat y_i\, (\delta_{ik} - \hat y_k), \qquad\qquad
# J = \operatorname{diag}(\hat{\mathbf y}) - \hat{\mathbf y} \hat{\mathbf y}^\top .$$
#
# For the loss $-\log \hat y_{label}$, $\partial \ell / \partial \hat y_i$ is $-1/\hat y_{label}$ at the label and 0
# elsewhere. The chain rule multiplies,
#
# $$\frac{\partial \ell}{\partial z_k} = \sum_i \frac{\partial \ell}{\partial \hat y_i} J_{ik}
# = -\frac{1}{\hat y_{label}} \cdot \hat y_{label}\, (\delta_{label,\, k} - \hat y_k) = \hat y_k - \delta_{label,\, k} .$$
#
# On paper the two $\hat y_{label}$ cancel. In a computer they do so only while $\hat y_{label}$ is not 0: for the
# scores $[1000, 0]$ and the label 1 the chain rule says $\tfrac{1}{0} \cdot 0$, which is `nan`, while your
# `dlogits` says $[1, -1]$. That is why frameworks offer softmax and logarithm as *one* function.
#
# ### Question 10: the Jacobian (5 points for the Jacobian, 3 for the chain rule)
#
# Write `softmax_jacobian(z)` for *one* example, a vector of $C$ scores: the $(C, C)$ matrix above. Then write
# `through_jacobian(z, label)`: the gradient of $-\log \hat y_{label}$ with respect to `z`, by the chain rule.
#
# *Tested*, the Jacobian:
#
# - the values, including those for $C = 1$, $C = 2$ and scores of $\pm 1000$; each row and each column sums to 0;
# - `z` is not modified.
#
# The chain rule:
#
# - it is $\hat{\mathbf y} - \mathbf y$ for every label, even one with a probability of $10^{-20}$ (so do not clip
#   $\hat y$). Scores like 1000, where it must fail, are *not* tested.


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


# %% check="test_softmax_jacobian" points=5
jacobian = softmax_jacobian(np.log(np.array([1.0, 2.0, 1.0])))
assert np.shape(jacobian) == (3, 3), f"shape: three scores have a Jacobian of shape (3, 3), not {np.shape(jacobian)}."
assert np.allclose(np.diag(np.asarray(jacobian)), [0.1875, 0.25, 0.1875]), (
    "value: for probabilities [1/4, 1/2, 1/4] the diagonal p (1 - p) is [3/16, 1/4, 3/16], "
    f"not {np.diag(np.asarray(jacobian))}."
)
checks_passed()

# %% check="test_through_jacobian" points=3
chained = through_jacobian(np.log(np.array([1.0, 2.0, 1.0])), 1)
assert np.shape(chained) == (3,), f"shape: three scores have a gradient of shape (3,), not {np.shape(chained)}."
assert np.allclose(chained, [0.25, -0.5, 0.25]), (
    f"value: for probabilities [1/4, 1/2, 1/4] and the label 1 the gradient is [0.25, -0.5, 0.25], not {chained}."
)
checks_passed()

# %% [markdown]
# Probabilities of three classes live on a triangle, the **simplex**. On the left, softmax of the same random scores
# at three temperatures. On the right, gradient descent on the scores of one example with the label "dog", from many
# starts. The columns of the Jacobian sum to 0, so no step leaves the *plane* of the triangle; and softmax is never
# negative, so no path crosses an *edge*. The paths bend because a class that has already lost is left in peace.


# %% tags=["experiment"]
def descend(z, label, rate=0.4, steps=300):
    """The probabilities along gradient descent on the scores of one example."""
    path, Z = [], np.array([z])
    for _ in range(steps):
        path.append(np.asarray(softmax(Z))[0])
        Z = Z - rate * np.asarray(dlogits(Z, np.array([label])))
    return path


def draw_simplex():
    """Where softmax puts random scores, and where gradient descent takes them."""
    scores = np.random.default_rng(1).normal(size=(300, 3))
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    starts = 1.8 * np.stack([np.cos(angles), np.sin(angles), np.cos(angles + 2.2)], axis=1)
    clouds = {f"T = {T:g}": softmax(scores / T) for T in (2, 0.5, 0.125)}
    plots.simplex(clouds, [descend(start, label=1) for start in starts])


attempt(draw_simplex)

# %% [markdown]
# ### Question 11: three reasons (3 points, one sentence each, graded by a person)
#
# 1. In the table of Rice ML II, p. 40, the classifier is wrong about the third and the fourth example, and each
#    time the wrong class is ahead by 0.05. Why does the fourth mistake cost more?
# 2. However wrong a model is, how large can an entry of `dlogits` become for a batch of $N$, and why?
# 3. Why does a framework's loss take scores and not probabilities?

# %% [markdown] written="wrong_but_cheaper" points=1
# *1. Two mistakes:*
#
# ### BEGIN SOLUTION
# The loss looks only at the probability of the truth, and that is 0.35 in the fourth example and 0.40 in the third;
# who is ahead, and by how much, does not matter.
# ### END SOLUTION

# %% [markdown] written="bounded_gradient" points=1
# *2. The largest entry:*
#
# ### BEGIN SOLUTION
# At most $1/N$ in size, because $\hat y - y$ is a difference of two numbers between 0 and 1, and it is divided by
# $N$.
# ### END SOLUTION

# %% [markdown] written="scores_not_probabilities" points=1
# *3. Scores, not probabilities:*
#
# ### BEGIN SOLUTION
# A probability that has underflowed to 0 cannot tell any more how wrong the model was, so its logarithm is infinite
# and its gradient $0 \cdot \infty$, while from the scores both can be computed exactly.
# ### END SOLUTION

# %% [markdown]
# ## D. A model
#
# ### Linear softmax
#
# The scores come from somewhere: $a_i = \sum_j w_{ij} x_j + b_i$, or $Z = X W^\top + \mathbf b$ for the whole batch,
# with $X$ of shape $(N, D)$, $W$ of shape $(C, D)$ and $\mathbf b$ of length $C$. Rice ML II finishes with the chain
# rule (p. 62): since $\partial a_i / \partial w_{ij} = x_j$ and $\partial a_i / \partial b_i = 1$,
#
# $$\frac{\partial \ell}{\partial w_{ij}} = (\hat y_i - y_i)\, x_j, \qquad \frac{\partial \ell}{\partial b_i} = \hat y_i - y_i .$$
#
# That is *one* example. Over a batch, add up the examples; the $1/N$ is already in `dlogits`:
#
# $$\frac{\partial L}{\partial W_{ij}} = \sum_{n} dZ_{ni}\, X_{nj}, \qquad \frac{\partial L}{\partial b_i} = \sum_n dZ_{ni},
# \qquad dZ = \texttt{dlogits}(Z, labels).$$
#
# First write it with loops. Then replace them by a matrix product: $(N, C)$ and $(N, D)$ must become $(C, D)$, and
# there is only one way.
#
# ### Question 12: loops, and none (4 points for the loops, 10 without)
#
# Write `loop_grads(X, dZ)`, which returns `(dW, db)` by the two sums above, entry by entry. Then write
# `linear_grads(X, W, b, labels)`, which returns `(loss, dW, db)`: the mean cross-entropy, and its gradients,
# computed without loops.
#
# *Tested*, `loop_grads`:
#
# - both gradients, for $D$ larger and smaller than $C$, and for $N = 1$; neither argument is modified.
#
# `linear_grads`:
#
# - the loss and both gradients, for $D$ larger and smaller than $C$, for $N = 1$ and for two classes;
# - that all three are means: repeating the batch changes nothing;
# - scores that lie 1000 apart;
# - ten thousand examples with a hundred features in less than a second;
# - no argument is modified.


# %% answer="loop_grads"
def loop_grads(X, dZ):
    """dW[i, j], the sum over n of dZ[n, i] * X[n, j], and db[i], the sum over n of dZ[n, i].

    >>> loop_grads(np.array([[1.0, 2.0]]), np.array([[0.5, -0.5]]))
    (array([[ 0.5,  1. ],
           [-0.5, -1. ]]), array([ 0.5, -0.5]))
    """
    ### BEGIN SOLUTION
    N, C = dZ.shape
    dW, db = np.zeros((C, X.shape[1])), np.zeros(C)
    for n in range(N):
        for i in range(C):
            db[i] += dZ[n, i]
            for j in range(X.shape[1]):
                dW[i, j] += dZ[n, i] * X[n, j]
    return dW, db
    ### END SOLUTION


# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    """The mean cross-entropy of the scores X @ W.T + b, and its gradients with respect to W and b."""
    ### BEGIN SOLUTION
    Z = X @ W.T + b
    dZ = dlogits(Z, labels)
    return cross_entropy(Z, labels), dZ.T @ X, dZ.sum(axis=0)
    ### END SOLUTION


# %% check="test_loop_grads" points=4
X, dZ = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[0.5, -0.25, -0.25], [0.25, 0.25, -0.5]])
answer = loop_grads(X, dZ)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: loop_grads should return (dW, db), but it returned a {type(answer).__name__}."
)
assert np.shape(answer[0]) == (3, 2), f"shape: dW has the shape (C, D) = (3, 2), not {np.shape(answer[0])}."
assert np.allclose(answer[0], [[0.5, 0.75], [-0.25, -0.75], [-0.25, 0.0]]), (
    f"value: for X = [[1, 2], [0, -1]] dW[0, 1] is 0.5 * 2 + 0.25 * (-1) = 0.75; your dW is {answer[0]}."
)
assert np.allclose(answer[1], [0.75, 0.0, -0.75]), (
    f"value: db sums dZ over the examples: [0.75, 0, -0.75], not {answer[1]}."
)
checks_passed()

# %% check="test_linear_grads" points=10
X = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]])
truth = np.array([0, 1, 2])
answer = linear_grads(X, np.zeros((3, 2)), np.zeros(3), truth)
assert isinstance(answer, (tuple, list)) and len(answer) == 3, (
    f"type: linear_grads should return (loss, dW, db), but it returned a {type(answer).__name__}."
)
start, dW, db = answer
assert abs(start - np.log(3)) < 1e-5, f"value: without weights the loss is log(3) = 1.0986, not {start}."
assert np.shape(dW) == (3, 2), f"shape: dW has the shape of W, (3, 2), not {np.shape(dW)}."
assert np.shape(db) == (3,), f"shape: db has the shape of b, (3,), not {np.shape(db)}."
assert np.allclose(db, 0.0, atol=1e-6), (
    f"value: with one example of each class and equal scores, db is 0; yours is {db}."
)
after = linear_grads(X, -0.1 * np.asarray(dW), np.zeros(3), truth)[0]
assert after < start, (
    f"value: a small step against the gradient should lower the loss, and it went from {start:.4f} to {after:.4f}."
)
checks_passed()

# %% [markdown]
# Now let it learn three clouds of points, from $W = 0$. The colour is the class that the model prefers, the shade
# its confidence. Boundaries are straight lines, where two scores are equal (UT first example, p. 20,
# "Limitations"). *After* they are in place, the loss goes on falling because $W$ goes on growing: doubling the
# scores is halving the temperature.


# %% tags=["experiment"]
def train(X, labels, C, steps, rate):
    """Gradient descent on the linear softmax from zero weights; yields (step, loss, W, b) before each step."""
    W, b = np.zeros((C, X.shape[1])), np.zeros(C)
    for step in range(steps + 1):
        loss, dW, db = linear_grads(X, W, b, labels)
        yield step, float(loss), W, b
        W, b = W - rate * np.asarray(dW), b - rate * np.asarray(db)


def draw_training(moments=(0, 1, 10, 100, 1000)):
    """The regions of three classes at some moments of a training run."""
    rng = np.random.default_rng(3)
    centres = np.array([[-1.6, -0.8], [0.2, 1.6], [1.7, -0.9]])
    X = np.vstack([centre + 0.75 * rng.normal(size=(60, 2)) for centre in centres])
    labels = np.repeat([0, 1, 2], 60)
    run = train(X, labels, 3, max(moments), rate=0.5)
    plots.regions(X, labels, [moment for moment in run if moment[0] in moments], softmax)


attempt(draw_training)

# %% [markdown]
# Real data: 1797 handwritten digits of $8 \times 8$ pixels from scikit-learn (`pip install scikit-learn`). The
# model learns from the first 200, and the other 1597 are **held out**, to test it on. The last line of the output
# compares the times of your two ways of computing the same gradient.

# %% tags=["experiment"]
import time

from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = images / 16  # pixels from 0 to 1


def seconds(f, *arguments, repeats=3):
    """The shortest of a few runs of f(*arguments)."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        f(*arguments)
        times.append(time.perf_counter() - start)
    return min(times)


def learn_digits():
    """Trains on 200 digits, reports the held-out accuracy and the time of a gradient, and returns the scores of all."""
    X, labels = images[:200], digits[:200]
    run = list(train(X, labels, 10, steps=1000, rate=3.0))
    print(f"loss at the start {run[0][1]:.3f}, after 1000 steps {run[-1][1]:.4f}")
    W, b = run[-1][2:]
    scores = images @ W.T + b
    print(f"held-out accuracy {np.mean(scores[200:].argmax(axis=1) == digits[200:]):.1%}")
    dZ = np.asarray(dlogits(scores[:200], labels))
    slow, fast = seconds(loop_grads, X, dZ), seconds(linear_grads, X, W, b, labels)
    print(f"loops {1000 * slow:.2f} ms, without {1000 * fast:.3f} ms: {slow / fast:.0f} times as long")
    return scores


all_scores = attempt(learn_digits)

# %% [markdown]
# ### Question 13: two observations (2 points, one sentence each, graded by a person)
#
# 1. By what factor are your loops slower, and what does Python do in each pass through the inner loop that NumPy
#    does only once?
# 2. When a batch is repeated, each row of `dlogits` is halved, but `dW` stays the same: why?

# %% [markdown] written="times_of_two_ways" points=1
# *1. Loops against a matrix product:*
#
# ### BEGIN SOLUTION
# On our machine about 600 times: for each of the 128,000 products Python interprets the line anew, looks up two
# entries, makes number objects of them and stores the sum, while NumPy checks types and shapes once and then
# multiplies in compiled code.
# ### END SOLUTION

# %% [markdown] written="halved_and_the_same" points=1
# *2. Halved, and the same:*
#
# ### BEGIN SOLUTION
# $dW$ sums over the examples, and in the repeated batch there are twice as many rows, each with half the gradient.
# ### END SOLUTION

# %% [markdown]
# ### Question 14: your experiment, temperature (3 points, graded by a person)
#
# Your model has learned the 200 digits by heart. Is it too sure of itself on the others? The next code cell divides
# its scores by a temperature and reports, for the held-out digits, the accuracy, the mean confidence (the probability
# of the preferred digit) and the loss. **Write down your predictions first.** Then change `T`, run the cell a few
# times, and explain what you saw.

# %% [markdown] written="predict_temperature" points=1
# *My predictions, before I ran the cell.* With $T = 2$ instead of 1, the held-out accuracy becomes: … %, because …
# The held-out loss is smallest at about $T =$ …, because …
#
# ### BEGIN SOLUTION
# 83.3 %, as for $T = 1$: dividing all scores by the same number does not change which one is the largest. I expect
# the smallest loss above $T = 1$, at about 1.4: a model that knows its training images by heart is too sure of the
# others. (Any number with a reason is worth the point.)
# ### END SOLUTION

# %% tags=["experiment"]
T = 1.0  # change this, and nothing else


def log_loss(scores, truth, T):
    """The mean cross-entropy at temperature T."""
    return float(cross_entropy(scores / T, truth))


def try_temperature(T):
    """Accuracy, confidence and loss at temperature T, and the loss at many others."""
    held_out, truth = all_scores[200:], digits[200:]
    P = np.asarray(softmax(held_out / T))
    print(
        f"T = {T:g}: accuracy {np.mean(P.argmax(axis=1) == truth):.1%}, confidence {P.max(axis=1).mean():.1%}, ", end=""
    )
    print(f"loss {log_loss(held_out, truth, T):.3f}")
    grid = np.geomspace(0.25, 8, 41)
    curves = {"held out": [log_loss(held_out, truth, T) for T in grid]}
    curves["training"] = [log_loss(all_scores[:200], digits[:200], T) for T in grid]
    plots.temperatures(grid, curves, T)


if all_scores is not None:
    attempt(try_temperature, T)

# %% [markdown] written="explain_temperature" points=2
# *What I saw, and why, in two sentences (one about the held-out digits, one about the training digits):*
#
# ### BEGIN SOLUTION
# At $T = 1$ the model is right on 83.3 % of the held-out digits but is 89.5 % sure on average; the accuracy is the
# same at every $T$, and the loss is smallest at about 1.4, where the confidence, 84 %, has come down to the accuracy.
# On the training digits, all of which are classified correctly, every further bit of confidence is rewarded, so the
# loss falls towards $T = 0$; this is also why $W$ goes on growing.
# ### END SOLUTION

# %% [markdown]
# > **Slips on the slides.** UT first example, p. 21, "Multi-Class vs Multiple Binary Classification", lists
# > "calibrated probabilities" under softmax and "uncalibrated probabilities" under sigmoids. Calibrated means: of
# > all answers given with 90 % confidence, 90 % are right. You have just measured a softmax that is not calibrated;
# > the training decides that, not the last layer.

# %% [markdown]
# ## E. Relatives
#
# ### Soft labels and temperature
#
# In Question 2 you used only that $\sum_k y_k = 1$, so your gradient holds for soft labels, too: an array $Y$ of
# shape $(N, C)$ whose rows are probabilities. With a temperature, the chain rule adds a factor:
#
# $$L = -\frac 1N \sum_{n} \sum_k Y_{nk} \log \hat Y_{nk}, \qquad \hat Y = \operatorname{softmax}(Z / T), \qquad
# \frac{\partial L}{\partial Z} = \frac 1{N\,T} (\hat Y - Y) .$$
#
# Labels like $[0.9, 0.05, 0.05]$ are *label smoothing*; training a small model on the answers of a large one is
# *distillation*.
#
# ### Question 15: soft labels (4 points)
#
# Write `soft_cross_entropy(Z, Y, T=1.0)`, which returns `(loss, dZ)`.
#
# *Tested:*
#
# - the loss and the gradient for random labels, at $T = 1$ and at other temperatures;
# - one-hot labels and the scores $[1000, 0, -1000]$ (0 times a log-probability of $-2000$ is 0; 0 times $-\infty$ is
#   not).


# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    """The mean cross-entropy between labels Y and softmax(Z / T), both (N, C), and its gradient with respect to Z."""
    ### BEGIN SOLUTION
    loss = -np.sum(Y * log_softmax(Z / T)) / len(Z)
    return float(loss), (softmax(Z / T) - Y) / (len(Z) * T)
    ### END SOLUTION


# %% check="test_soft_cross_entropy" points=4
answer = soft_cross_entropy(np.zeros((1, 2)), np.array([[0.75, 0.25]]))
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: soft_cross_entropy should return (loss, dZ), but it returned a {type(answer).__name__}."
)
assert abs(answer[0] - np.log(2)) < 1e-5, f"value: equal scores for two classes cost log(2), not {answer[0]}."
assert np.allclose(answer[1], [[-0.25, 0.25]]), (
    f"value: the gradient should be p - y = [[-0.25, 0.25]], not {answer[1]}."
)
value = soft_cross_entropy(np.array([[2.0, 0.0]]), np.array([[1.0, 0.0]]), T=2.0)[0]
assert abs(value - 0.3133) < 1e-4, f"value: the scores [2, 0] at T = 2 cost log(1 + 1/e) = 0.3133, not {value}."
checks_passed()

# %% [markdown]
# ### One softmax, or several sigmoids
#
# For two classes one score is enough, because only differences count:
#
# $$\operatorname{softmax}([a, 0])_0 = \frac{e^a}{e^a + 1} = \frac{1}{1 + e^{-a}} = \sigma(a),$$
#
# the sigmoid of the last assignment. Many classes can also have one sigmoid *each* (UT first example, p. 21,
# "Multi-Class vs Multiple Binary Classification"): softmax says which *one* of them it is, several sigmoids say of
# each whether it is there. Then a row of $Y$ holds any number of ones, and the loss of an example is the sum of its
# **binary cross-entropies**:
#
# $$\ell = \sum_k \big[ -y_k \log \sigma(a_k) - (1 - y_k) \log(1 - \sigma(a_k)) \big] = \sum_k \big[ \log(1 + e^{a_k}) - y_k\, a_k \big] .$$
#
# Its derivative with respect to $a_k$ is $\sigma(a_k) - y_k$. What you predicted, minus what is true.


# %%
def sigmoid(a):
    """1 / (1 + exp(-a)) for each entry of a; this form cannot overflow."""
    return (1 + np.tanh(np.asarray(a) / 2)) / 2


# %% tags=["experiment"]
def compare(photographs, names=("cat", "dog", "car")):
    """What one softmax and three sigmoids make of the same scores."""
    for title, scores in photographs.items():
        print(title)
        one, several = np.asarray(softmax(np.array([scores])))[0], sigmoid(scores)
        for name, score, p, q in zip(names, scores, one, several, strict=True):
            print(f"  {name}: score {score:4}   softmax {p:.3f}   sigmoid {q:.3f}")


attempt(compare, {"a cat and a dog": [4.0, 4.0, -4.0], "an empty lawn, all scores 6 lower": [-2.0, -2.0, -10.0]})

# %% [markdown]
# > **Slips on the slides.** UT first example, p. 32, "Binary cross entropy loss", begins with $\ell = \log P$,
# > without the minus sign. And it applies $\sigma$ to $f_\theta(\mathbf x)$, which is a sigmoid already. What
# > belongs in the loss is the *score*: one sigmoid and no more.
#
# ### Question 16: several sigmoids (4 points)
#
# Write `sigmoid_cross_entropy(Z, Y)` for scores and labels of shape $(N, C)$. It returns `(loss, dZ)`: the **mean**
# of the loss above over the $N$ examples, and its gradient. $\log(1 + e^a)$ overflows at $a = 1000$, but
# $\max(a, 0) + \log(1 + e^{-|a|})$, which is the same, does not.
#
# *Tested:*
#
# - the loss and the gradient, for rows of $Y$ with no ones, one or several, and for $C = 1$;
# - a score that is wrong by 1000 costs exactly 1000, one that is right costs nothing, and gradients stay finite.


# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    """The mean over the examples of the binary cross-entropies of each class, and its gradient with respect to Z.

    >>> sigmoid_cross_entropy(np.array([[1000.0, 0.0]]), np.array([[0, 1]]))[0]
    1000.6931471805599
    """
    ### BEGIN SOLUTION
    losses = np.maximum(Z, 0) - Y * Z + np.log1p(np.exp(-np.abs(Z)))
    return float(np.sum(losses) / len(Z)), (sigmoid(Z) - Y) / len(Z)
    ### END SOLUTION


# %% check="test_sigmoid_cross_entropy" points=4
answer = sigmoid_cross_entropy(np.array([[0.0, 2.0], [1.0, -1.0]]), np.array([[1, 0], [1, 1]]))
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: sigmoid_cross_entropy should return (loss, dZ), but it returned a {type(answer).__name__}."
)
assert np.ndim(answer[0]) == 0, f"shape: the loss is one number, and yours has shape {np.shape(answer[0])}."
assert abs(answer[0] - 2.2233) < 1e-4, (
    f"value: the two examples cost 0.6931 + 2.1269 and 0.3133 + 1.3133, on average 2.2233, not {answer[0]}."
)
assert np.allclose(answer[1], [[-0.25, 0.4404], [-0.1345, -0.3655]], atol=1e-4), (
    f"value: the gradient should be (sigmoid(Z) - Y) / N = [[-0.25, 0.4404], [-0.1345, -0.3655]], not {answer[1]}."
)
checks_passed()

# %% [markdown]
# ### Question 17: the wrong loss (3 points, one sentence each, graded by a person)
#
# 1. D2L basics, p. 53, "Use Square Loss?", has the label $[0, 0, 1]$ and the output $[0.3, 0, 7000]$. What would
#    gradient descent do to the score 7000 under the squared loss, and what under cross-entropy?
# 2. Somebody follows UT first example, p. 32, and applies the sigmoid twice. What loss does a *perfect* classifier
#    still pay for $y = 0$, and why?
# 3. A photograph shows a cat and a dog, both labelled 1. What is the highest probability that one softmax can give to
#    each of the two at once, and which loss do you take instead?

# %% [markdown] written="squared_loss" points=1
# *1. The score 7000:*
#
# ### BEGIN SOLUTION
# The squared loss is 48,986,001.09 and pulls the score down with a gradient of $2 \cdot 6999 = 13{,}998$ for being
# too right, while cross-entropy is 0 and leaves it alone, because $\hat{\mathbf y} = \mathbf y$ already.
# ### END SOLUTION

# %% [markdown] written="sigmoid_twice" points=1
# *2. The sigmoid of a sigmoid:*
#
# ### BEGIN SOLUTION
# At least $-\log(1 - 0.5) = 0.693$: $\sigma(a)$ is never below 0, so $\sigma(\sigma(a))$ is never below
# $\sigma(0) = 0.5$. (For $y = 1$ it is $-\log \sigma(1) = 0.313$.)
# ### END SOLUTION

# %% [markdown] written="cat_and_dog" points=1
# *3. A cat and a dog:*
#
# ### BEGIN SOLUTION
# One half each, because its probabilities sum to 1; three sigmoids with the sum of binary cross-entropies can say yes
# to both.
# ### END SOLUTION

# %% [markdown]
# ## What to take with you
#
# - The gradient of cross-entropy is *prediction minus truth*, after one softmax as after several sigmoids.
# - Only differences of scores count. Work with log-probabilities, never with $\log(p + \varepsilon)$.
# - Temperature changes how sure a model is, never what it prefers.
# - A line of a derivation equals the one above it or it does not, and a few random numbers will tell.
