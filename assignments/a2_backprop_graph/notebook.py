# %% [markdown]
# # Backpropagation on a graph
#
# In the last assignment you needed two evaluations of a function for *each* parameter, and even a small network has a
# million parameters. Backpropagation gets **all** partial derivatives for about the price of two more evaluations,
# whatever their number. Every deep-learning library is built around it, and it consists of two sentences:
#
# 1. A gate (one operation of the computation) multiplies the gradient that arrives at its output by its own local
#    derivative, and passes the result to its inputs.
# 2. Where a value is used more than once, the gradients that come back are added.
#
# By the end you will be able to
#
# - walk back through any expression by hand, one gate at a time;
# - derive the gradient of a matrix product from its indices, and check it by its shapes;
# - write an engine that differentiates any graph, in about ten lines, and run it on a network of any depth;
# - predict what is left of a gradient after many layers.
#
# | part | question | points |
# | --- | --- | --- |
# | A. Three letters | 1 forward · 2 backward · 3 one sentence each | 3 + 7 + 2 |
# | B. Branches | 4 a branch · 5 two gates that change the shape · 6 one sentence each | 6 + 7 + 3 |
# | C. Vectors and matrices | 7 $\lVert W \mathbf x \rVert^2$ forward · 8 backward · 9 a batch · 10 one sentence each | 3 + 13 + 9 + 3 |
# | D. Gates of a network | 11 linear, sigmoid, ReLU · 12 one sentence each | 11 + 2 |
# | E. Any graph | 13 an order · 14 backpropagation · 15 one sentence each | 9 + 10 + 2 |
# | F. A network | 16 a network of any depth · 17 an experiment | 7 + 3 |
#
# > **Time and route.** About 4½ hours (estimated). Required: Parts A to F. Optional: "One step further" at the end. On
# > a slow laptop: no cell takes more than a few seconds.
#
# **Decks.** *D2L basics*: "Deep Learning Basics". *D2L in a day*: "Dive into Deep Learning in 1 Day". *USC L4*: "CSCI
# 599: Deep Learning and its Applications, Lecture 4". *Rice ML II*: "Machine Learning II" (COMP 646). Pages count the
# slides from the title slide; if your copy differs by one or two, go by the title in quotation marks.
#
# **Conventions of the course**
#
# - A gradient has the **shape of its parameter**: $\partial f / \partial W$ is $(m, n)$ if $W$ is. The D2L decks use the
#   numerator layout, in which the gradient of a number with respect to a vector is a *row* ($2\mathbf x^T$ for
#   $\lVert \mathbf x \rVert^2$: D2L in a day, p. 36, "Examples") and with respect to an $(n, k)$ matrix is $(k, n)$ (D2L
#   basics, p. 31). You cannot subtract such a gradient from $W$: when you compare with those slides, transpose.
# - `dx` is short for the derivative of the *final result* with respect to a value `x`. The **upstream gradient**,
#   `dout`, is the derivative of the final result with respect to the output of the gate at hand.
# - A **cache** is what a forward function keeps for its backward function. What it holds is up to you; only your own
#   backward function looks into it.
# - We compute in **float64**.
#
# **How you are graded.** The cell after each answer runs a few checks. The grader runs others: different *cases*, never
# different *requirements*. Everything that is tested is stated in its question. NumPy arrays and numbers go in, never
# torch tensors.

# %%
import time

import numpy as np
import plots
from checks import attempt, checks_passed

# %% [markdown]
# ## A. Three letters
#
# ### The graph
#
# USC L4, p. 138, begins with $f(x, y, z) = x \cdot y + z$. Give the intermediate result a name, and each line contains
# a single operation, called a **gate**:
#
# $$g = x \cdot y, \qquad f = g + z .$$
#
# Draw an arrow from each value to the gate that uses it, and you have the **graph** of $f$. To compute $f$ is to walk
# along the arrows: the forward pass.
#
# ### The local view
#
# Now look at a single gate from the inside (USC L4, pp. 157–166). It knows its inputs and its output, and *nothing* of
# the graph around it. Still it can work out how its output reacts to each of its inputs:
#
# $$\frac{\partial g}{\partial x} = y, \quad \frac{\partial g}{\partial y} = x, \qquad\qquad
# \frac{\partial f}{\partial g} = 1, \quad \frac{\partial f}{\partial z} = 1 .$$
#
# Why is that enough? Move $x$ by a tiny $\epsilon$. The product answers with $g + y\,\epsilon$. Nothing downstream sees
# $x$ itself; it sees a $g$ that moved by $y\,\epsilon$, and answers with $\frac{\partial f}{\partial g}$ times that. So
#
# $$\frac{\partial f}{\partial x} = \underbrace{\frac{\partial f}{\partial g}}_{\text{arrives at the gate}} \cdot
# \underbrace{\frac{\partial g}{\partial x}}_{\text{known locally}} ,$$
#
# which is the chain rule (D2L in a day, p. 37, "Chain Rule"), as one gate sees it. Someone tells the gate how strongly
# the final result depends on its output; the gate multiplies, and tells its inputs how strongly it depends on *them*.
# The first message is $\partial f / \partial f = 1$, and it travels **backward** along the arrows.
#
# > **Slips on the slides.** Some pages write $q$ for $g$ in the derivatives (USC L4, pp. 144–145 and 148–149). No page
# > gives a value for $z$; we take $z = 2$. The gradients on p. 156 belong to $x = -3$, $y = 5$.
#
# ### Question 1: forward (3 points)
#
# Write `f_forward(x, y, z)`, which returns the pair `(f, cache)`.
#
# *Tested:*
#
# - numbers, and arrays of one shape, which are combined entry by entry;
# - the caller's arrays are unchanged afterwards.


# %% answer="f_forward"
def f_forward(x, y, z):
    """f = x * y + z, and whatever the way back will need.

    >>> f_forward(-3.0, 5.0, 2.0)[0]
    -13.0
    """
    ### BEGIN SOLUTION
    return x * y + z, (x, y)
    ### END SOLUTION


# %% check="test_f_forward" points=3
answer = f_forward(-3.0, 5.0, 2.0)
assert isinstance(answer, tuple) and len(answer) == 2, (
    f"type: f_forward should return the pair (f, cache), but it returned a {type(answer).__name__}."
)
assert np.ndim(answer[0]) == 0 and abs(answer[0] + 13.0) < 1e-12, (
    f"value: (-3) * 5 + 2 is -13, not {answer[0]}. Hint: multiply first, and add z to the product."
)
checks_passed()

# %% [markdown]
# ### Question 2: backward (7 points)
#
# Write `f_backward(cache, dout=1.0)`, which returns the triple `(dx, dy, dz)`. If $f$ is the final result, `dout` is 1.
# But a gate never knows whether it is, so it always multiplies: if $f$ feeds into a loss that falls by 2.5 when $f$ rises
# by 1, then `dout` is $-2.5$.
#
# Do it in two steps on paper first, one for each gate, from right to left:
# $\;dg = dz = dout \cdot 1$, then $dx = dg \cdot y$ and $dy = dg \cdot x$.
#
# *Tested:*
#
# - the gradients on the slide, $5$, $-3$, $1$ (USC L4, p. 156), and those at other points;
# - any `dout`, for all three gradients;
# - arrays of one shape, with a `dout` of that shape: entry by entry;
# - the cache can be used **twice**: a second call with the same cache gives the same answer. (Read from a cache; do not
#   remove or change what is in it.)


# %% answer="f_backward"
def f_backward(cache, dout=1.0):
    """The gradients of x, y and z, when dout is the gradient of f."""
    ### BEGIN SOLUTION
    x, y = cache
    dg = dz = dout
    return dg * y, dg * x, dz
    ### END SOLUTION


# %% check="test_f_backward" points=7
answer = f_backward(f_forward(-3.0, 5.0, 2.0)[1])
assert isinstance(answer, (tuple, list)) and len(answer) == 3, (
    f"type: f_backward should return the triple (dx, dy, dz), but it returned a {type(answer).__name__}."
)
for name, actual, expected in zip(("dx", "dy", "dz"), answer, (5.0, -3.0, 1.0), strict=True):
    assert np.ndim(actual) == 0, f"shape: x, y and z were numbers, and {name} has the shape {np.shape(actual)}."
    assert abs(actual - expected) < 1e-12, (
        f"value: at x = -3, y = 5 the slide has {name} = {expected:g}, not {actual}. "
        "Hint: the derivative of a product with respect to one factor is the other factor."
    )
checks_passed()

# %% [markdown]
# This is the picture to keep in mind for the rest of the course. Each arrow carries two numbers: above it in green, the
# value that went *forward*; below it in red, the gradient that came *back*. Read the red ones from right to left, and
# check each gate: what arrives, times the local derivative, is what leaves.

# %% tags=["experiment"]
attempt(plots.three_letters, f_forward, f_backward, -3.0, 5.0, 2.0)

# %% [markdown]
# ### Question 3: one sentence each (2 points, graded by a person)

# %% [markdown] written="why_no_z" points=1
# **3.1** No slide gives a value for $z$. Why are all three gradients known without it?
#
# ### BEGIN SOLUTION
# $z$ only enters the sum gate, whose local derivatives are 1 whatever the inputs are, and the local derivatives of the
# product contain $x$ and $y$ only.
# ### END SOLUTION

# %% [markdown] written="predict_the_loss" points=1
# **3.2** At $x = -3$, $y = 5$, $z = 2$ a loss rises by 2 when $f$ rises by 1. Predict by how much the loss changes if
# $x$ grows by 0.01, and say why.
#
# ### BEGIN SOLUTION
# By about $+0.1$: $dx = dout \cdot y = 2 \cdot 5 = 10$, times 0.01.
# ### END SOLUTION

# %% [markdown]
# ## B. Branches
#
# ### A value that is used twice
#
# So far every value was used once. Now take
#
# $$f(x, y, z) = (x \cdot y + z) \cdot x .$$
#
# The arrow that leaves $x$ splits: $x$ goes into the inner product *and* into the outer one. Think of the two uses as
# two separate variables, $x_1$ and $x_2$, that happen to be equal: $F(x_1, x_2) = (x_1 y + z)\, x_2$. Move $x$ by
# $\epsilon$, and both move by $\epsilon$. To first order,
#
# $$F(x + \epsilon,\, x + \epsilon) = F(x, x) + \epsilon\,\frac{\partial F}{\partial x_1} +
# \epsilon\,\frac{\partial F}{\partial x_2} + O(\epsilon^2),$$
#
# because only the $O(\epsilon^2)$ depends on both changes at once. So the two gradients simply **add**: *gradients add
# at branches* (USC L4, p. 167).
#
# $$\frac{\partial f}{\partial x} = \underbrace{x \cdot y}_{\text{through the inner use}} +
# \underbrace{x \cdot y + z}_{\text{through the outer use}}$$
#
# In code this is the difference between `dx = ...` and `dx += ...`, and confusing them is a classic mistake in
# hand-written backpropagation. Nothing crashes: the second `dx = ...` quietly throws the first path away.
#
# > **Slips on the slides.** "Chain rule (evaluate e.g. via backprop)" (D2L basics, p. 33) is a single product,
# > $\frac{\partial y}{\partial u_n} \cdots \frac{\partial u_2}{\partial u_1} \frac{\partial u_1}{\partial x}$.
# > Question 6 asks what it takes for granted.
#
# ### Question 4: a branch (6 points)
#
# Write `branch_forward(x, y, z)`, which returns `(f, cache)`, and `branch_backward(cache, dout=1.0)`, which returns
# `(dx, dy, dz)`, for $f = (x \cdot y + z) \cdot x$.
#
# *Tested:*
#
# - the value and the gradients at the point in the picture below and at others;
# - any `dout`; arrays of one shape, entry by entry, with a `dout` of that shape;
# - inputs that are **equal numbers**, such as $y = x$. Two variables with the same value are still two variables: $dx$
#   and $dy$ do not mix. (If both move together, the total change is $dx + dy$.)


# %% answer="branch"
def branch_forward(x, y, z):
    """f = (x * y + z) * x, and the cache."""
    ### BEGIN SOLUTION
    q = x * y + z
    return q * x, (x, y, q)
    ### END SOLUTION


def branch_backward(cache, dout=1.0):
    """The gradients of x, y and z, when dout is the gradient of f."""
    ### BEGIN SOLUTION
    x, y, q = cache
    dq, dx = dout * x, dout * q
    dx = dx + dq * y
    return dx, dq * x, dq
    ### END SOLUTION


# %% check="test_branch" points=6
f, cache = branch_forward(-3.0, 5.0, 2.0)
assert np.ndim(f) == 0 and abs(f - 39.0) < 1e-12, f"value: ((-3) * 5 + 2) * (-3) is 39, not {f}."
answer = branch_backward(cache)
assert isinstance(answer, (tuple, list)) and len(answer) == 3, (
    f"type: branch_backward should return the triple (dx, dy, dz), but it returned a {type(answer).__name__}."
)
hints = ("x is used twice: add both.", "y feeds the inner product only.", "z feeds the sum only.")
for name, actual, expected, hint in zip(("dx", "dy", "dz"), answer, (-28.0, 9.0, -3.0), hints, strict=True):
    assert abs(actual - expected) < 1e-12, (
        f"value: at x = -3, y = 5, z = 2 the gradient {name} is {expected:g}, not {actual}. Hint: {hint}"
    )
checks_passed()

# %% tags=["experiment"]
attempt(plots.branch, branch_forward, branch_backward, -3.0, 5.0, 2.0)

# %% [markdown]
# ### Backward rules
#
# A gate needs nothing but its local view, so its way back can be written once and for all. From now on a gate has a
# **backward rule**: a function of `dout` and the gate's *inputs* that returns a gradient for each input, in its shape.
#
# | gate | forward | the rule returns | in a word |
# | --- | --- | --- | --- |
# | add | $a + b$ | `dout` and `dout` | distributes |
# | mul | $a \cdot b$ | `dout * b` and `dout * a` | swaps |
# | sum | $\sum_i a_i$ | `da` | copies |
# | bias | $Z + \mathbf b$ | `dZ` and `db` | passes on, and adds |
#
# Add and mul work entry by entry. The last two change the shape:
#
# - **sum** turns $n$ entries into one number. Move any entry by $\epsilon$, and the sum moves by $\epsilon$: every local
#   derivative is 1.
# - **bias** adds one vector $\mathbf b$ of length $m$ to every row of $Z$, which is $(N, m)$. NumPy calls that
#   broadcasting. In the graph, $b_j$ is used $N$ times: a branch with $N$ arms.
#
# ### Question 5: two gates that change the shape (7 points)
#
# Write `sum_backward(dout, a)`, which returns the gradient of `a`, and `bias_backward(dout, Z, b)`, which returns
# `(dZ, db)`.
#
# *Tested:*
#
# - sum: an array of the shape of `a`, for any number of axes (a single number is not enough);
# - bias: $dZ$ is $(N, m)$ and $d\mathbf b$ is $(m,)$, even for $N = 1$ or $m = 1$; a `dout` that differs from entry to
#   entry;
# - `dout` is unchanged afterwards.


# %% answer="shape_gates"
def sum_backward(dout, a):
    """da, in the shape of a, for the sum of all entries of a; dout is a number."""
    ### BEGIN SOLUTION
    return np.full(np.shape(a), dout)
    ### END SOLUTION


def bias_backward(dout, Z, b):
    """(dZ, db) for Z + b, in the shapes (N, m) of Z and (m,) of b; dout is (N, m)."""
    ### BEGIN SOLUTION
    return dout, np.sum(dout, axis=0)
    ### END SOLUTION


# %% check="test_shape_gates" points=7
da = sum_backward(-2.0, np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
assert np.shape(da) == (2, 3), f"shape: for an a of shape (2, 3) da has the shape (2, 3), and yours has {np.shape(da)}."
assert np.allclose(da, -2.0), f"value: each entry of da should be the number that arrives, -2, and da is {da}."
answer = bias_backward(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.zeros((3, 2)), np.zeros(2))
assert isinstance(answer, (tuple, list)) and len(answer) == 2, "type: bias_backward should return the pair (dZ, db)."
assert np.shape(answer[0]) == (3, 2) and np.shape(answer[1]) == (2,), (
    f"shape: dZ and db should have the shapes (3, 2) and (2,), not {np.shape(answer[0])} and {np.shape(answer[1])}."
)
assert np.allclose(answer[1], [9.0, 12.0]), (
    f"value: db should be [9, 12], not {answer[1]}. Hint: b[0] was used in every row, so what comes back is added."
)
checks_passed()

# %% [markdown]
# ### Question 6: one sentence each (3 points, graded by a person)

# %% [markdown] written="what_the_chain_assumes" points=1
# **6.1** What does the single product in the box above assume about the graph, and which rule replaces it for
# $f = (x \cdot y + z) \cdot x$? (Check it with the numbers in the picture.)
#
# ### BEGIN SOLUTION
# It assumes that only one path leads from $x$ to $f$; in general the derivative is the sum over all paths of the
# products along them, here $y \cdot 1 \cdot x + q = -15 - 13 = -28$.
# ### END SOLUTION

# %% [markdown] written="where_the_mistake_hides" points=1
# **6.2** A program contains `dx = dout * q` and, later, `dx = dq * y`, where $q = xy + z$. For which inputs is its
# answer *right*, so that a test there would notice nothing?
#
# ### BEGIN SOLUTION
# When $q = xy + z = 0$ (or `dout` is 0), because then the path that is thrown away contributes nothing.
# ### END SOLUTION

# %% [markdown] written="predict_the_bias" points=1
# **6.3** The loss is the *mean* over a batch of $N$ examples, and every example is repeated once, so the batch has $2N$.
# Predict what happens to $d\mathbf b$, and say why.
#
# ### BEGIN SOLUTION
# It stays the same: twice as many terms are added, and each is half as large because the mean divides by $2N$.
# ### END SOLUTION

# %% [markdown]
# ## C. Vectors and matrices
#
# USC L4 goes on with "A vectorized example" (pp. 168–181):
#
# $$f(W, \mathbf x) = \lVert W \mathbf x \rVert^2, \qquad \mathbf q = W \mathbf x, \quad f = \sum_k q_k^2 .$$
#
# Here $W$ is $(m, n)$, $\mathbf x$ has length $n$, and $\mathbf q$ has length $m$.
#
# > **Slips on the slides.** Both sums on p. 173 run to the same $n$, so $W$ is square. In a network it hardly ever is.
#
# ### Question 7: the squared norm of Wx, forward (3 points)
#
# Write `wx2_forward(W, x)`, which returns `(f, cache)` with $f$ a number.
#
# *Tested:*
#
# - the value, for wide and tall matrices and for a matrix of one row;
# - `W` and `x` are unchanged afterwards, to the last bit.


# %% answer="wx2_forward"
def wx2_forward(W, x):
    """f = |W x|^2 for W of shape (m, n) and x of shape (n,), and the cache."""
    ### BEGIN SOLUTION
    q = W @ x
    return np.sum(q**2), (W, x, q)
    ### END SOLUTION


# %% check="test_wx2_forward" points=3
# The numbers of this example in Stanford's CS231n, from which some of the slides of USC L4 are adapted.
W = np.array([[0.1, 0.5], [-0.3, 0.8]])
x = np.array([0.2, 0.4])
answer = wx2_forward(W, x)
assert isinstance(answer, tuple) and len(answer) == 2, (
    f"type: wx2_forward should return the pair (f, cache), but it returned a {type(answer).__name__}."
)
assert np.ndim(answer[0]) == 0, f"shape: f is a number, and yours has the shape {np.shape(answer[0])}."
assert abs(answer[0] - 0.116) < 1e-12, (
    f"value: W x is (0.22, 0.26), and 0.22**2 + 0.26**2 is 0.116, not {answer[0]}. Hint: no root."
)
checks_passed()

# %% [markdown]
# ### Indices first, then matrices
#
# Do not guess transposes. Write one entry of the gradient with indices, sum over everything that lies in between
# (gradients add at branches: the result is reached through *every* $q_k$), and read off the matrix product at the end.
#
# Square and sum are known: $\partial f / \partial q_k = 2 q_k$, so with an upstream gradient $dq_k = dout \cdot 2 q_k$.
#
# **With respect to $W$.** Since $q_k = \sum_j W_{kj} x_j$, the entry $W_{ij}$ occurs in $q_i$ only, with the factor
# $x_j$. With the indicator of USC L4, p. 175, $\partial q_k / \partial W_{ij} = 1_{k=i}\, x_j$, and
#
# $$\frac{\partial f}{\partial W_{ij}} = \sum_{k} \frac{\partial f}{\partial q_k} \frac{\partial q_k}{\partial W_{ij}}
# = \sum_{k} (2 q_k)(1_{k=i}\, x_j) = 2 q_i x_j .$$
#
# Row index from $\mathbf q$, column index from $\mathbf x$: an outer product, $dW = 2\,\mathbf q\,\mathbf x^T$, of
# shape $(m, n)$ like $W$.
#
# **With respect to $\mathbf x$** (p. 177). $\partial q_k / \partial x_i = W_{ki}$, and now *all* $q_k$ depend on $x_i$:
#
# $$\frac{\partial f}{\partial x_i} = \sum_{k} 2 q_k W_{ki} .$$
#
# The sum runs over the *first* index of $W$, so this is $d\mathbf x = 2\, W^T \mathbf q$, of length $n$. (In the layout
# of D2L in a day, p. 37: the row $2\mathbf q^T$, $(1, m)$, times the Jacobian $W$, $(m, n)$, gives a row, $(1, n)$.)
#
# **A check that costs nothing.** By shapes alone, $dW$ must be $(m, n)$ and can only be made of $\mathbf q$, $(m,)$,
# and $\mathbf x$, $(n,)$. There is one way. This trick has saved many an exam, and it fails exactly when $m = n$: a
# square example is a bad test.
#
# ### Question 8: the squared norm of Wx, backward (13 points)
#
# Write `wx2_backward(cache, dout=1.0)`, which returns `(dW, dx)`.
#
# *Tested:*
#
# - $dW$ has the shape $(m, n)$ of $W$, and $d\mathbf x$ the shape $(n,)$ of $\mathbf x$: not $(n, 1)$, not $(1, n)$;
# - the values for wide and tall matrices, one row ($m = 1$) and one column ($n = 1$), against torch;
# - both gradients are proportional to `dout`;
# - the cache can be used twice, so nothing in it may change on the way back.


# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    """(dW, dx) in the shapes of W and x, when dout is the gradient of f."""
    ### BEGIN SOLUTION
    W, x, q = cache
    dq = dout * 2 * q
    return np.outer(dq, x), W.T @ dq
    ### END SOLUTION


# %% check="test_wx2_backward" points=13
answer = wx2_backward(wx2_forward(W, x)[1])
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: wx2_backward should return the pair (dW, dx), but it returned a {type(answer).__name__}."
)
dW, dx = answer
assert np.shape(dW) == (2, 2) and np.shape(dx) == (2,), (
    f"shape: dW and dx should have the shapes (2, 2) and (2,), not {np.shape(dW)} and {np.shape(dx)}."
)
assert np.allclose(dW, [[0.088, 0.176], [0.104, 0.208]]), (
    f"value: dW should be [[0.088, 0.176], [0.104, 0.208]], not {np.asarray(dW).tolist()}. "
    "Hint: entry (i, j) is 2 q_i x_j; the row belongs to q."
)
assert np.allclose(dx, [-0.112, 0.636]), (
    f"value: dx should be [-0.112, 0.636], not {np.asarray(dx).tolist()}. "
    "Hint: entry i is the sum over k of 2 q_k W_ki."
)
dW, dx = wx2_backward(wx2_forward(np.ones((3, 2)), np.ones(2))[1])
assert np.shape(dW) == (3, 2) and np.shape(dx) == (2,), (
    f"shape: for a W of shape (3, 2), dW and dx have the shapes (3, 2) and (2,), not {np.shape(dW)} and {np.shape(dx)}."
)
checks_passed()

# %% [markdown]
# ### A batch
#
# Training looks at $N$ examples at once. They are the *rows* of $X$, which is $(N, n)$, and in this course a loss is
# the **mean** over the batch, as in D2L in a day, p. 44, "Training". (Rice ML II, p. 6, sums instead; then the
# gradients grow with the batch.)
#
# $$L(W, X) = \frac{1}{N} \sum_{i=1}^{N} \lVert W \mathbf x_i \rVert^2 , \qquad Q = X W^T \quad (N, m).$$
#
# Row $i$ of $Q$ is $W \mathbf x_i$; the transpose is there only because examples are rows. There is one $W$, and it is
# used $N$ times, once for each example. You know what happens at a branch with $N$ arms:
#
# $$dW = \frac{1}{N} \sum_{i=1}^N 2\, \mathbf q_i \mathbf x_i^T .$$
#
# Each $\mathbf x_i$, in contrast, is used once, so row $i$ of $dX$ depends on example $i$ alone. Each of the two
# gradients can be written as one matrix product, without a loop. Find them by their shapes, then *check them by their
# indices*.
#
# ### Question 9: a batch (9 points)
#
# Write `wx2_batch_forward(W, X)`, which returns `(L, cache)`, and `wx2_batch_backward(cache, dout=1.0)`, which returns
# `(dW, dX)` in the shapes of $W$ and $X$.
#
# *Tested:*
#
# - the mean, and the gradients for batches of several examples, against torch;
# - a batch of one example, for which everything agrees with Question 8 (and $dX$ is $(1, n)$);
# - both gradients are proportional to `dout`;
# - repeating every example changes neither $L$ nor $dW$.


# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    """L = mean over the rows x of X of |W x|^2, and the cache."""
    ### BEGIN SOLUTION
    Q = X @ W.T
    return np.sum(Q**2) / len(X), (W, X, Q)
    ### END SOLUTION


def wx2_batch_backward(cache, dout=1.0):
    """(dW, dX) in the shapes of W and X, when dout is the gradient of L."""
    ### BEGIN SOLUTION
    W, X, Q = cache
    dQ = dout * 2 * Q / len(X)
    return dQ.T @ X, dQ @ W
    ### END SOLUTION


# %% check="test_wx2_batch" points=9
X = np.array([[0.2, 0.4], [1.0, 0.0], [0.0, 1.0]])
L, cache = wx2_batch_forward(W, X)
assert np.ndim(L) == 0, f"shape: L is a number, and yours has the shape {np.shape(L)}."
assert abs(L - (0.116 + 0.1 + 0.89) / 3) < 1e-12, (
    f"value: the three examples have 0.116, 0.1 and 0.89; L is their mean, {(0.116 + 0.1 + 0.89) / 3:.6f}, not {L}."
)
dW, dX = wx2_batch_backward(cache)
assert np.shape(dW) == (2, 2) and np.shape(dX) == (3, 2), (
    f"shape: dW and dX should have the shapes (2, 2) and (3, 2), not {np.shape(dW)} and {np.shape(dX)}. "
    "Hint: dW is summed over the examples; dX keeps one row for each."
)
checks_passed()

# %% [markdown]
# ### Question 10: one sentence each (3 points, graded by a person)

# %% [markdown] written="which_n_is_m" points=1
# **10.1** On USC L4, p. 173, $\mathbf q$ ends with the row $W_{n,1} x_1 + \dots + W_{n,n} x_n$ and $f$ with $q_n^2$.
# Which of these $n$ become an $m$ when $W$ is $(m, n)$, and why?
#
# ### BEGIN SOLUTION
# The $n$ that count rows of $W$, because $\mathbf q$ has one entry for each row: the last row is
# $W_{m,1} x_1 + \dots + W_{m,n} x_n$, and $f$ ends with $q_m^2$.
# ### END SOLUTION

# %% [markdown] written="where_the_transpose_hides" points=1
# **10.2** Someone hands in $2\,\mathbf x\,\mathbf q^T$ for $dW$. Name a square $W$ and an $\mathbf x$ other than 0 for
# which this has the right *values*, so that a test there would let it pass.
#
# ### BEGIN SOLUTION
# The identity matrix with any $\mathbf x$; in general any $W$ and $\mathbf x$ for which $\mathbf q = W \mathbf x$ is a
# multiple of $\mathbf x$, because then $\mathbf x \mathbf q^T = \mathbf q \mathbf x^T$.
# ### END SOLUTION

# %% [markdown] written="predict_the_scaling" points=1
# **10.3** $\mathbf x$ is doubled. Predict by which factors $f$, $dW$ and $d\mathbf x$ grow, and say why.
#
# ### BEGIN SOLUTION
# By 4, 4 and 2: $\mathbf q$ doubles, so $f = \lVert \mathbf q \rVert^2$ and $dW = 2 \mathbf q \mathbf x^T$ contain two
# doubled factors, and $d\mathbf x = 2 W^T \mathbf q$ contains one.
# ### END SOLUTION

# %% [markdown]
# ## D. Gates of a network
#
# A layer of a network is three gates: a linear map, a bias (which you have) and a nonlinear function such as sigmoid or
# ReLU (USC L4, pp. 182–184). As in Part B, each gets a backward rule.
#
# **Linear:** $\;Z = X W^T$ for a batch $X$, $(N, n)$, and $W$, $(m, n)$. In Question 9 you went back through this gate
# with a particular `dout`. Now `dout` is any $(N, m)$ matrix.
#
# **Sigmoid:** $\;\sigma(x) = \dfrac{1}{1 + e^{-x}}$. Derive it once:
#
# $$\sigma'(x) = \frac{e^{-x}}{(1 + e^{-x})^2} = \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}
# = \sigma(x)\,\big(1 - \sigma(x)\big).$$
#
# The formula for $\sigma$ is right as mathematics and careless as a program. At $x = -1000$ it asks for $e^{1000}$,
# which no float64 can hold: NumPy warns and returns `inf`, and you are lucky that $1/\infty = 0$. The equivalent
# $e^{x}/(1 + e^{x})$ is unlucky at $x = +1000$: $\infty/\infty$ is `nan`, and one nan in a batch poisons every weight
# of the network. So exponentiate *negative* numbers only: $e^{-|x|}$ lies between 0 and 1.
#
# $$\sigma(x) = \begin{cases} \dfrac{1}{1 + e^{-|x|}} & x \ge 0 \\[2ex]
# \dfrac{e^{-|x|}}{1 + e^{-|x|}} & x < 0 . \end{cases}$$
#
# (A trap: `np.where` computes *both* of its branches everywhere and then chooses. An overflow in the branch that is not
# chosen still happens.)
#
# **ReLU:** $\;\max(x, 0)$. Its local derivative is 1 for $x > 0$ and 0 for $x < 0$: a gate that is open or shut. At
# $x = 0$ there is no derivative; one takes any **subgradient**, here any number in $[0, 1]$ (D2L basics, p. 26), and
# libraries take 0.
#
# > **Slips on the slides.** "Requires a function to be differentiable", says USC L4, p. 166, of backpropagation. Taken
# > literally, that forbids the ReLU of p. 184.
#
# ### Question 11: linear, sigmoid, ReLU (11 points)
#
# Write `linear_backward(dout, X, W)`, which returns `(dX, dW)`; `sigmoid(x)` and `sigmoid_backward(dout, x)`, which
# returns `dx`; and `relu_backward(dout, x)`, which returns `dx`.
#
# *Tested:*
#
# - linear: the shapes of $X$ and $W$; any `dout`; a batch of one and a matrix of one row;
# - sigmoid and ReLU: vectors and matrices, entry by entry, with a `dout` that differs from entry to entry;
# - sigmoid at $\pm 1000$, forward and backward, to twelve decimals and **without an overflow on the way**: the grader
#   calls it through `strictly`, below, which turns NumPy's warning into an error;
# - ReLU at exactly 0, where any number between 0 and `dout` is right;
# - no input is changed by a call. (`dout[x < 0] = 0` is a popular way to break somebody else's gradient.)


# %%
def strictly(name, *arguments):
    """Calls the function of that name while an overflow, a division by zero or inf - inf is an error.

    >>> strictly("sigmoid", np.array([-1000.0]))
    """
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        return globals()[name](*arguments)


# %% answer="linear_gate"
def linear_backward(dout, X, W):
    """(dX, dW) for X @ W.T, in the shapes (N, n) of X and (m, n) of W; dout is (N, m)."""
    ### BEGIN SOLUTION
    return dout @ W, dout.T @ X
    ### END SOLUTION


# %% answer="sigmoid_gate"
def sigmoid(x):
    """1 / (1 + exp(-x)), entry by entry and for any x."""
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)
    ### END SOLUTION


def sigmoid_backward(dout, x):
    """dx"""
    ### BEGIN SOLUTION
    s = sigmoid(x)
    return dout * s * (1.0 - s)
    ### END SOLUTION


# %% answer="relu_gate"
def relu_backward(dout, x):
    """dx for max(x, 0)"""
    ### BEGIN SOLUTION
    return dout * (x > 0)
    ### END SOLUTION


# %% check="test_layers" points=11
answer = linear_backward(np.ones((4, 3)), np.ones((4, 2)), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
assert isinstance(answer, (tuple, list)) and len(answer) == 2, "type: linear_backward should return the pair (dX, dW)."
assert np.shape(answer[0]) == (4, 2) and np.shape(answer[1]) == (3, 2), (
    f"shape: dX and dW should have the shapes (4, 2) and (3, 2), not {np.shape(answer[0])} and {np.shape(answer[1])}."
)
assert np.allclose(answer[0], [9.0, 12.0]), f"value: each row of dX should be [9, 12], and dX is {answer[0]}."
inputs = np.array([-2.0, 0.5, 3.0])
s = sigmoid(inputs)
assert np.shape(s) == (3,), f"shape: the sigmoid of 3 entries has the shape (3,), and yours has {np.shape(s)}."
assert np.allclose(s, [0.1192029, 0.6224593, 0.9525741], atol=1e-6), (
    f"value: the sigmoid of {inputs} should be [0.1192029, 0.6224593, 0.9525741], not {s}."
)
dx = sigmoid_backward(np.array([10.0, 20.0, 30.0]), np.zeros(3))
assert np.allclose(dx, [2.5, 5.0, 7.5]), (
    f"value: at x = 0 the sigmoid lets a quarter of dout through, and yours gives {dx}."
)
dx = relu_backward(np.array([10.0, 20.0, 30.0]), inputs)
assert np.allclose(dx, [0.0, 20.0, 30.0]), (
    f"value: ReLU lets dout = [10, 20, 30] through where x = {inputs} is positive, and yours gives {dx}. "
    "Hint: what counts is the sign of x, not the sign of dout."
)
checks_passed()

# %% [markdown]
# ### Question 12: one sentence each (2 points, graded by a person)

# %% [markdown] written="expose_the_relu" points=1
# **12.1** A classmate's `relu_backward` returns `np.maximum(dout, 0)`. Name an `x` greater than 0 and a `dout` (numbers)
# that expose the mistake, and say what it should return there.
#
# ### BEGIN SOLUTION
# $x = 1$ and $dout = -1$: the gate is open, so it should return $-1$, and it returns 0.
# ### END SOLUTION

# %% [markdown] written="why_the_kink_is_harmless" points=1
# **12.2** ReLU has no derivative at 0. Why does training hardly notice which subgradient a library takes?
#
# ### BEGIN SOLUTION
# An input is exactly 0 so rarely that the choice almost never matters, and when it does, every number in $[0, 1]$ is a
# valid subgradient.
# ### END SOLUTION

# %% [markdown]
# ## E. Any graph
#
# *Computers can automate this*, says D2L in a day, p. 38, "Automatic Differentiation". What you did by hand, a program
# can do for every graph. First we need a way to write a graph down.
#
# ### A graph is a dictionary
#
# Each key is the name of a node, a string. Each value is a pair `(op, inputs)`: the name of the operation, and a tuple
# of the names of the nodes it is applied to, in order. Leaves have the operation `"input"` and the inputs `()`.
#
# - The keys come in **any order**: a node may stand before its inputs.
# - A node may be used by any number of gates, even twice by the same one: `("mul", ("a", "a"))` is a square.
# - There are no cycles.

# %%
SLIDE_GRAPH = {
    "x": ("input", ()),
    "y": ("input", ()),
    "z": ("input", ()),
    "g": ("mul", ("x", "y")),
    "f": ("add", ("g", "z")),
}

# What each operation computes, and its backward rule: a tuple with one gradient for each input.
FORWARD = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "square": lambda a: a * a,
    "exp": lambda a: np.exp(a),
    "sin": lambda a: np.sin(a),
    "dot": lambda a, b: np.sum(a * b),
}
BACKWARD = {
    "add": lambda dout, a, b: (dout, dout),
    "sub": lambda dout, a, b: (dout, -dout),
    "mul": lambda dout, a, b: (dout * b, dout * a),
    "square": lambda dout, a: (dout * 2.0 * a,),
    "exp": lambda dout, a: (dout * np.exp(a),),
    "sin": lambda dout, a: (dout * np.cos(a),),
    "dot": lambda dout, a, b: (dout * b, dout * a),
}

# %% [markdown]
# ### In which order?
#
# A gate can pass its gradient on only when that gradient is *complete*: when every gate that used its output has
# reported. So backpropagation visits each node after all of its users. Turn that around, and you have the order of the
# forward pass, each node after all of its inputs: a **topological order**. A graph has many; that of the slide has
# `x, y, g, z, f` and `z, y, x, g, f`, among others.
#
# Some orders look right and are not. "Walk backward from the end, layer by layer" (breadth first) visits a node when
# its *nearest* user is done. In a **skip connection**, the input of a block is used inside the block and once more
# after it. Breadth first meets that input early, by the short way, and passes its gradient on before the long way has
# reported.
#
# The safe idea is recursive: *to append a node, first append all its inputs*. And skip a node that is already there.
# That is not a detail. Picture **diamonds** in a row: each node feeds two gates, and both feed the next node. Without a
# memory of what has been visited, the recursion follows every *path*, and thirty diamonds have a billion of them.
#
# ### Question 13: an order for any graph (9 points)
#
# Write `topo_order(graph, out)`, which returns a list with the names of all nodes that the node `out` depends on,
# itself included: each once, each after all of its inputs.
#
# *Tested:*
#
# - **any** valid order is right;
# - skip connections, diamonds, and nodes that are used several times, even twice by one gate;
# - keys in any order; an `out` that is a leaf or stands in the middle of the graph (nodes that it does not depend on are
#   left out);
# - sixty diamonds in a row, within half a second (no path is longer than 200 nodes, so recursion is fine);
# - the graph is not changed.


# %% answer="topo_order"
def topo_order(graph, out):
    """The nodes that out depends on, each once and after its inputs; out is the last.

    >>> topo_order(SLIDE_GRAPH, "g")
    ['x', 'y', 'g']
    """
    ### BEGIN SOLUTION
    order, seen = [], set()

    def append(node):
        if node in seen:
            return
        seen.add(node)
        for parent in graph[node][1]:
            append(parent)
        order.append(node)

    append(out)
    return order
    ### END SOLUTION


# %% check="test_topo_order" points=9
order = topo_order(SLIDE_GRAPH, "f")
assert isinstance(order, (list, tuple)), f"type: topo_order should return a list of names, not {order!r}."
assert sorted(order) == sorted(SLIDE_GRAPH), (
    f"value: f depends on all of {sorted(SLIDE_GRAPH)}, each to be listed once, and your order is {order}."
)
for node, (_, inputs) in SLIDE_GRAPH.items():
    for name in inputs:
        assert order.index(name) < order.index(node), (
            f"order: {name!r} is an input of {node!r} and has to come before it, and your order is {order}. "
            "Hint: append a node after the loop over its inputs."
        )
checks_passed()

# %% [markdown]
# ### The algorithm
#
# Start with the gradient 1 at the end and walk backward. When you come to a node, its gradient is complete. Hand it to
# the backward rule of the gate, and **add** each part that comes out to the gradient of the input that it belongs to:
#
# $$\bar u \mathrel{+}= \bar v \cdot \frac{\partial v}{\partial u}
# \qquad \text{for each gate } v \text{, from the end, and each of its inputs } u,$$
#
# where $\bar v$ is short for $\partial\, \text{out} / \partial v$.
#
# Values are numbers or arrays, and `out` is a number. Watch out: the rule of `add` gives both inputs *the same array*,
# and `+=` changes an array in place. A gradient that is still growing must not share its memory with another one.
#
# ### Question 14: backpropagation (10 points)
#
# Write `backprop(graph, values, out)`. `values` is a dictionary with the value of every node, from a forward pass that
# has already happened. Return a dictionary with the gradient of `out` with respect to **every node it depends on**:
# leaves, intermediate nodes, and `out` itself, whose gradient is 1. Nodes that `out` does not depend on are left out,
# or are 0. Use `BACKWARD[op](gradient, *inputs)`, where `inputs` are the *values* of the gate's inputs, and
# `topo_order` or any other way you have of ordering a graph.
#
# *Tested:*
#
# - all seven operations, on numbers and on arrays;
# - fan-out (a node with many users), a gate that uses one node twice, skip connections;
# - an `out` in the middle of the graph: gates that it does *not* depend on contribute nothing;
# - forty diamonds in a row, right to nine digits and within half a second;
# - two calls give the same gradients; `graph` and `values` are not changed.


# %% answer="backprop"
def backprop(graph, values, out):
    """The gradient of out with respect to every node it depends on, by name.

    >>> backprop(SLIDE_GRAPH, {"x": -3.0, "y": 5.0, "z": 2.0, "g": -15.0, "f": -13.0}, "f")["x"]
    5.0
    """
    ### BEGIN SOLUTION
    order = topo_order(graph, out)
    grads = dict.fromkeys(order, 0.0) | {out: 1.0}
    for node in reversed(order):
        op, inputs = graph[node]
        if op == "input":
            continue
        parts = BACKWARD[op](grads[node], *(values[name] for name in inputs))
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = grads[name] + part
    return grads
    ### END SOLUTION


# %% check="test_backprop" points=10
slide_values = {"x": -3.0, "y": 5.0, "z": 2.0, "g": -15.0, "f": -13.0}
grads = backprop(SLIDE_GRAPH, slide_values, "f")
assert isinstance(grads, dict), f"type: backprop should return a dictionary, but it returned a {type(grads).__name__}."
assert set(grads) == set(SLIDE_GRAPH), (
    f"value: there should be a gradient for each of {sorted(SLIDE_GRAPH)}, and yours are for {sorted(map(str, grads))}."
)
for name, expected in {"f": 1.0, "g": 1.0, "x": 5.0, "y": -3.0, "z": 1.0}.items():
    assert abs(grads[name] - expected) < 1e-12, (
        f"value: the gradient of {name} should be {expected:g}, not {grads[name]}. "
        "Hint: hand the gradient of the gate and the values of its inputs to the backward rule."
    )
checks_passed()

# %% [markdown]
# What do you gain by adding *first* and passing on *afterwards*? Below, the same gradient is computed for rows of
# diamonds, once by your `backprop` and once by following every path. The time axis is logarithmic.


# %%
def forward_pass(graph, leaves, out):
    """The forward pass: the value of every node that out depends on."""
    values = dict(leaves)
    for node in topo_order(graph, out):
        op, names = graph[node]
        if op != "input":
            values[node] = FORWARD[op](*(values[name] for name in names))
    return values


# %% tags=["experiment"]
def diamonds(count):
    """A row of diamonds (n0 feeds l0 and r0, both feed n1, and so on): the graph, the values, the last node."""
    graph, out = {"n0": ("input", ())}, f"n{count}"
    for k in range(count):
        graph |= {f"l{k}": ("sin", (f"n{k}",)), f"r{k}": ("square", (f"n{k}",))}
        graph[f"n{k + 1}"] = ("sub", (f"l{k}", f"r{k}"))
    return graph, forward_pass(graph, {"n0": 0.5}, out), out


def sum_over_paths(graph, values, out, leaf="n0"):
    """The derivative of out with respect to a leaf, one path after the other."""
    op, inputs = graph[out]
    if op == "input":
        return float(out == leaf)
    slopes = BACKWARD[op](1.0, *(values[i] for i in inputs))
    return sum(slope * sum_over_paths(graph, values, i, leaf) for slope, i in zip(slopes, inputs, strict=True))


def seconds(function, count):
    """The shortest of three runs on a row of diamonds."""
    runs, example = [], diamonds(count)
    for _ in range(3):
        start = time.perf_counter()
        function(*example)
        runs.append(time.perf_counter() - start)
    return min(runs)


def compare_costs(many=range(1, 41), few=range(1, 13)):
    """The time of both, against the number of diamonds."""
    plots.costs({k: seconds(backprop, k) for k in many}, {k: seconds(sum_over_paths, k) for k in few})


attempt(compare_costs)

# %% [markdown]
# ### Question 15: one sentence each (2 points, graded by a person)

# %% [markdown] written="count_the_products" points=1
# **15.1** Thirty diamonds stand in a row. How many paths lead from the first node to the last, about how many products
# does backpropagation need, and what makes the difference?
#
# ### BEGIN SOLUTION
# $2^{30}$ paths, about a billion, but only one product for each of the 120 arrows, because the gradients that meet at a
# node are added before they are passed on: $ab + ac = a(b + c)$.
# ### END SOLUTION

# %% [markdown] written="why_not_breadth_first" points=1
# **15.2** In $y = u + h(u)$, where $h$ is a block of ten gates and $u$ is itself the output of a gate, someone walks back
# breadth first and visits each node once. Which gradients come out wrong, and what is missing from them?
#
# ### BEGIN SOLUTION
# Those of everything *before* $u$: $u$ passes its gradient on when the short arrow has reported, so the part that comes
# back through the block is missing. (The gradient of $u$ itself is completed later, too late.)
# ### END SOLUTION

# %% [markdown]
# ## F. A network
#
# Your engine differentiates whatever is written down as a graph. It only has to learn the gates of Parts B to D:

# %%
FORWARD |= {
    "linear": lambda X, W: X @ W.T,
    "bias": lambda Z, b: Z + b,
    "sum": lambda a: np.sum(a),
    "sigmoid": lambda x: sigmoid(x),
    "relu": lambda x: np.maximum(x, 0.0),
}
BACKWARD |= {
    "linear": lambda dout, X, W: linear_backward(dout, X, W),
    "bias": lambda dout, Z, b: bias_backward(dout, Z, b),
    "sum": lambda dout, a: (sum_backward(dout, a),),
    "sigmoid": lambda dout, x: (sigmoid_backward(dout, x),),
    "relu": lambda dout, x: (relu_backward(dout, x),),
}

# %% [markdown]
# A network of $K$ layers takes a batch $H_0 = X$ and computes, for $k = 1, \dots, K$,
#
# $$H_k = \varphi_k\big(H_{k-1} W_k^T + \mathbf b_k\big) ,$$
#
# where each $\varphi_k$ is `"sigmoid"` or `"relu"`. Its loss is the mean over the $N$ examples of the squared
# difference between its output and the targets $Y$:
#
# $$L = \frac1N \sum_{i,j} \big(H_K - Y\big)_{ij}^2 .$$
#
# ### Question 16: a network of any depth (7 points)
#
# Write `network(gates)`, which returns the graph of this loss. `gates` is a list with one name for each layer, such as
# `["relu", "relu", "sigmoid"]`.
#
# - The leaves are called `"X"`, `"Y"`, `"W1"`, `"b1"`, `"W2"`, `"b2"`, ..., and `"share"`, a leaf with the value $1/N$.
# - The last node is called `"L"`. All other names are up to you.
# - Use the operations of `FORWARD`, nothing else.
#
# *Tested:*
#
# - the leaves; the value of `"L"` for one layer and for several, of different widths;
# - the gradients of all $W_k$ and $\mathbf b_k$ that *your* `backprop` finds on this graph, against torch.


# %% answer="network"
def network(gates):
    """The graph of the loss "L" of a network with one layer for each of the gates, a list of "sigmoid" and "relu"."""
    ### BEGIN SOLUTION
    graph = {leaf: ("input", ()) for leaf in ("X", "Y", "share")}
    below = "X"
    for k, gate in enumerate(gates, start=1):
        graph |= {f"W{k}": ("input", ()), f"b{k}": ("input", ())}
        graph[f"U{k}"] = ("linear", (below, f"W{k}"))
        graph[f"Z{k}"] = ("bias", (f"U{k}", f"b{k}"))
        graph[f"H{k}"] = (gate, (f"Z{k}",))
        below = f"H{k}"
    graph |= {"difference": ("sub", (below, "Y")), "squares": ("square", ("difference",))}
    return graph | {"total": ("sum", ("squares",)), "L": ("mul", ("share", "total"))}
    ### END SOLUTION


# %% [markdown]
# The check below is the directional check of the last assignment: it moves all weights and biases a little along a random
# direction, forward and back, and compares the change of $L$ with what your gradients promise.


# %%
def random_leaves(widths, scale=1.0, examples=64, seed=0):
    """Random inputs, targets, weights and biases for layers of these widths; the first is that of the input."""
    rng = np.random.default_rng(seed)
    leaves = {"X": rng.standard_normal((examples, widths[0])), "Y": rng.uniform(size=(examples, widths[-1]))}
    leaves["share"] = 1 / examples
    for k, (n, m) in enumerate(zip(widths, widths[1:]), start=1):
        leaves |= {f"W{k}": scale * rng.standard_normal((m, n)) / np.sqrt(n), f"b{k}": np.zeros(m)}
    return leaves


# %% check="test_network" points=7
example, example_leaves = network(["relu", "sigmoid"]), random_leaves([5, 4, 3])
lacking = set(example_leaves) - set(example)
assert not lacking, f"leaves: the graph of two layers lacks {sorted(lacking)}."
promised = backprop(example, forward_pass(example, example_leaves, "L"), "L")
direction = {
    name: np.random.default_rng(1).standard_normal(np.shape(example_leaves[name])) for name in ("W1", "b1", "W2", "b2")
}
for name, way in direction.items():
    assert np.shape(promised[name]) == np.shape(way), (
        f"shape: the gradient of {name} should have the shape {np.shape(way)}, not {np.shape(promised[name])}."
    )
ahead, behind = (
    forward_pass(example, example_leaves | {k: example_leaves[k] + h * direction[k] for k in direction}, "L")["L"]
    for h in (1e-5, -1e-5)
)
measured, expected = (ahead - behind) / 2e-5, sum(np.sum(promised[name] * direction[name]) for name in direction)
assert abs(expected - measured) < 1e-6 * abs(measured), (
    f"value: along a random direction L changes at the rate {measured:.8f}, and your gradients promise {expected:.8f}."
)
checks_passed()

# %% [markdown]
# ### Question 17: what reaches the first layer? (3 points, graded by a person)
#
# Take eight layers of 32 units each, all with sigmoid. The weights are drawn so that a linear gate leaves the length of
# a vector about the same. Going back, the gradient passes through seven layers between $W_8$ and $W_1$. Let
#
# $$r = \frac{\lVert dW_1 \rVert}{\lVert dW_8 \rVert} .$$
#
# **Before you run anything**, write down the number that you expect for $r$, and in one sentence how you got it. (The
# power of ten is enough.) You do not lose a point if it turns out wrong.

# %% [markdown] written="predict_the_ratio" points=1
# *I expect r to be about ... because ...*
#
# ### BEGIN SOLUTION
# *I expect r to be about* $6 \cdot 10^{-5}$ *because* each of the seven sigmoids in between multiplies the gradient by at
# most $\frac14$, and $\frac{1}{4^7}$ is $6 \cdot 10^{-5}$.
# ### END SOLUTION

# %% [markdown]
# Now run the next cell. Then change **one** thing in its first two lines (the gates, the depth, or the scale of the
# weights) and run it again.

# %% tags=["experiment"]
gates = ["sigmoid"] * 8
scale = 1.0


def gradient_by_layer(gates, scale):
    """Draws the length of dW_k, layer by layer, and prints r."""
    graph, leaves = network(gates), random_leaves([32] * (len(gates) + 1), scale)
    grads = backprop(graph, forward_pass(graph, leaves, "L"), "L")
    sizes = [np.linalg.norm(grads[f"W{k}"]) for k in range(1, len(gates) + 1)]
    print(f"r = {sizes[0] / sizes[-1]:.2g}")
    plots.by_layer(sizes, f"{len(gates)} layers, scale {scale:g}")


attempt(gradient_by_layer, gates, scale)

# %% [markdown] written="explain_the_ratio" points=2
# *I got r = ... . Then I changed ... and got r = ... . Two sentences why:*
#
# ### BEGIN SOLUTION
# *I got* $r = 2.6 \cdot 10^{-5}$. *Then I changed* the gates to ReLU *and got* $r = 0.42$. Each sigmoid on the
# way back multiplies the gradient by at most $\frac14$, so after seven of them almost nothing is left. An open ReLU
# multiplies by exactly 1, and only the shut ones take something away. (Or: a larger scale raises $r$ too, because the
# gradient is multiplied by the weights on its way back.)
# ### END SOLUTION

# %% [markdown]
# ## One step further: let Python build the graph (ungraded)
#
# Writing dictionaries is no way to program. The decks name two ways to get a graph: *build explicitly*, which is what
# you did, and *build implicitly by tracing* (D2L basics, p. 33). Tracing means: compute as always, but with numbers
# that write down what happens to them, on a **tape**. Python lets a class say what `+`, `-` and `*` mean, and that is
# all it takes: `a * b` records a new node on the tape and returns a new traced number. Two details: nodes get numbers
# of their own, so that no two are ever confused, whatever your variables are called; and since `1 - x` has no traced
# number on its left, each operator has a reflected version, such as `__rsub__`, that Python calls instead.


# %%
class Tape:
    """A graph and its values, written while the numbers on it are computed with."""

    def __init__(self):
        self.graph, self.values = {}, {}

    def apply(self, op, *inputs):
        """A new gate; inputs that are not on the tape yet become leaves."""
        nodes = tuple(each.node if isinstance(each, Traced) else self.leaf(each).node for each in inputs)
        return self._record(op, nodes, FORWARD[op](*(self.values[node] for node in nodes)))

    def leaf(self, value):
        """A new leaf."""
        return self._record("input", (), value)

    def _record(self, op, nodes, value):
        node = f"#{len(self.graph)}"
        self.graph[node], self.values[node] = (op, nodes), value
        return Traced(self, node)


class Traced:
    """A number that remembers how it came about."""

    __array_ufunc__ = None  # NumPy's numbers leave `np.float64(2) * x` to x

    def __init__(self, tape, node):
        self.tape, self.node = tape, node

    def __add__(self, other):
        return self.tape.apply("add", self, other)

    def __radd__(self, other):
        return self.tape.apply("add", other, self)

    def __sub__(self, other):
        return self.tape.apply("sub", self, other)

    def __rsub__(self, other):
        return self.tape.apply("sub", other, self)

    def __mul__(self, other):
        return self.tape.apply("mul", self, other)

    def __rmul__(self, other):
        return self.tape.apply("mul", other, self)

    def __neg__(self):
        return 0.0 - self

    def __pow__(self, exponent):
        return self.tape.apply("square", self) if exponent == 2 else NotImplemented


def trace(f, **inputs):
    """The tape of f(**inputs), the node of each input, and that of the result; f is made of +, -, * and **2."""
    tape = Tape()
    leaves = {name: tape.leaf(value) for name, value in inputs.items()}
    out = f(**leaves)
    end = out if isinstance(out, Traced) else tape.leaf(out)  # f may be a constant
    return tape, {name: leaf.node for name, leaf in leaves.items()}, end.node


def gradient(f, **inputs):
    """The value of f(**inputs) and its gradient with respect to each input."""
    tape, leaves, out = trace(f, **inputs)
    grads = backprop(tape.graph, tape.values, out)
    return tape.values[out], {name: grads.get(node, 0.0) for name, node in leaves.items()}


# %% [markdown]
# Now the example of D2L in a day, p. 38, $z = (\langle \mathbf x, \mathbf w \rangle - y)^2$, the squared loss of a
# linear model. `loss` below is an ordinary Python function that knows nothing about graphs. The central difference
# agrees to all digits shown.


# %% tags=["experiment"]
def loss(x1, x2, w1, w2, y):
    """The slide's z, for vectors of length two."""
    return (x1 * w1 + x2 * w2 - y) ** 2


def print_slopes(point):
    """The gradient of the loss, and the same by differences."""
    value, slopes = gradient(loss, **point)
    print(f"z = {value:g}")
    for name, number in point.items():
        ahead, behind = (loss(**point | {name: number + h}) for h in (1e-5, -1e-5))
        print(f"dz/d{name:<2} = {slopes[name]:8.4f}   by differences {(ahead - behind) / 2e-5:8.4f}")


point = {"x1": 1.0, "x2": -2.0, "w1": 0.5, "w2": -1.5, "y": 2.0}
attempt(print_slopes, point)

# %% [markdown]
# And since the tape is a graph, it can be drawn. Compare the two arrows into each product: the red number of one is the
# green number of the other, times what arrives.


# %% tags=["experiment"]
def draw_traced(f, places, inputs):
    """Traces f and draws its tape; places are those of the inputs."""
    tape, leaves, out = trace(f, **inputs)
    grads = backprop(tape.graph, tape.values, out)
    shares = {
        node: BACKWARD[op](grads[node], *(tape.values[i] for i in nodes))
        for node, (op, nodes) in tape.graph.items()
        if op != "input"
    }
    named = {node: (name, places[name]) for name, node in leaves.items()}
    plots.traced(tape.graph, tape.values, grads, shares, named)


attempt(draw_traced, loss, {"x1": (0, 4.9), "w1": (0, 3.1), "x2": (0, 1.7), "w2": (0, -0.1), "y": (4.2, 0.2)}, point)

# %% [markdown]
# In PyTorch, `requires_grad=True` puts a leaf on the tape, and `backward()` is your `backprop`. PyTorch has many more
# gates; the rest is speed.
#
# ## What to take with you
#
# - A gate needs its inputs, its backward rule and what arrives. Nothing else.
# - Gradients **add** at branches: `+=`. A weight or a bias that serves a whole batch is a branch with $N$ arms.
# - The derivative is a sum over all paths; backpropagation never lists them, because it adds before it passes on: one
#   visit per arrow, in reverse topological order.
# - Do not guess transposes. Indices first; then shapes, as a check, and never with a square matrix.
# - A cache is read, not consumed; the caller's arrays are not yours.
# - Exponentiate negative numbers only.
#
# In the next assignment the softmax joins the gates, and its gradient turns out to be the simplest of all.
