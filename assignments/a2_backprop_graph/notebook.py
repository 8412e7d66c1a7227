# %% [markdown]
# # Backpropagation on a graph
#
# Numerical gradients need two evaluations of the function for *each* parameter. A small network has a million of them.
# Nobody can walk downhill at that price, and nobody has to: there is a way to get **all** partial derivatives for about
# the price of two or three evaluations, whatever their number. It is called backpropagation, every deep-learning
# library is built around it, and it consists of two sentences:
#
# 1. A gate multiplies the gradient that arrives at its output by its own local derivative, and hands it to its inputs.
# 2. Where a value was used more than once, the gradients that come back are added.
#
# In this assignment you apply the two sentences by hand to an expression with three letters, then to a matrix product,
# then to a whole batch. At the end you write the algorithm once and for all, for *any* graph, in about ten lines. And
# then (ungraded) you make Python draw the graph for you while it computes, which is what PyTorch does.
#
# | part | question | points |
# | --- | --- | --- |
# | A. Three letters | 1 forward · 2 backward | 5 + 10 |
# | B. Gates and branches | 3 four gates · 4 a branch, computed and explained | 10 + 10 |
# | C. Vectors and matrices | 5 $\lVert W \mathbf x \rVert^2$ forward · 6 backward, and the shapes explained · 7 a batch | 5 + 20 + 10 |
# | D. Three gates of a network | 8 sigmoid, ReLU, squared difference | 10 |
# | E. Any graph | 9 an order · 10 backpropagation | 10 + 10 |
#
# **Sources.** *000* is "Deep Learning Basics", *001* "Dive into Deep Learning in 1 Day", *002* "CSCI 599, Lecture 4",
# *003* "COMP 646, Machine Learning II".
#
# **Conventions of the course**
#
# - A gradient has the **shape of its parameter**: $\partial f / \partial W$ is $(m, n)$ if $W$ is. Decks 000 and 001
#   use the numerator layout, in which the gradient of a number by a vector is a *row* (001, "Examples", has
#   $2\mathbf x^T$ for $\lVert \mathbf x \rVert^2$) and by an $(n, k)$ matrix is $(k, n)$ (000, "Generalize to
#   Matrices"). That layout is consistent, and its chain rule is a product of matrices from left to right; but you
#   cannot subtract such a gradient from $W$. When you compare with those slides, transpose.
# - $\lVert \cdot \rVert^2$ is squared, as on the slides of this topic. (Some slides earlier, deck 002 minimises the norm
#   itself. Its gradient differs by a factor, and you met it in the last assignment.)
# - The **upstream gradient**, the derivative of whatever stands at the very end by the output of the gate at hand, is
#   called `dout`. The gradient of the end by a value `x` is called `dx`. Strictly it is $\partial f / \partial x$, but
#   the $\partial f$ is always the same, so nobody writes it.
# - A **cache** is what the forward function keeps for the backward function. What it holds is your business: a tuple, a
#   dictionary, a list, an object, a function. Nobody but your own backward function looks into it.
# - We compute in **float64**.
#
# **How you are graded.** The cell after each answer shows you a few checks. The grader runs others: different *cases*,
# never different *requirements*. Whatever is tested stands in the text of its question. No test uses torch tensors;
# NumPy arrays and numbers go in, and the grader compares with torch's gradients on its own side.

# %%
import time

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
BLUE, ORANGE, GREEN, RED = "#2f6db5", "#e08214", "#2e8b57", "#c0392b"

# %% [markdown]
# ## A. Three letters
#
# ### The graph
#
# Deck 002, "Computational Graph", begins with $f(x, y, z) = x \cdot y + z$. Give the intermediate result a name and
# each line contains a single operation:
#
# $$g = x \cdot y, \qquad f = g + z .$$
#
# Draw an arrow from each value to the operation that uses it and you have the **graph** of $f$. Computing $f$ means
# walking along the arrows: that is the forward pass.
#
# ### The local view
#
# Now look at a single gate from the inside (002, "A local view of backpropagation"). It knows its inputs. It knows its
# output. It knows *nothing* of the graph around it. Still it can work out how its output reacts to each of its inputs,
# which are derivatives that anybody knows by heart:
#
# $$\frac{\partial g}{\partial x} = y, \quad \frac{\partial g}{\partial y} = x, \qquad\qquad
# \frac{\partial f}{\partial g} = 1, \quad \frac{\partial f}{\partial z} = 1 .$$
#
# (Several of the slides write $q$ on top of these derivatives and $g$ everywhere else. It is the same letter.)
#
# Why is that enough? Move $x$ by a tiny $\epsilon$. The multiplication answers with $g + y\,\epsilon$: its output moved
# by $y\,\epsilon$. Everything downstream does not see $x$ at all; it sees a $g$ that moved by $y\,\epsilon$, and
# answers with $\frac{\partial f}{\partial g}$ times that. So
#
# $$\frac{\partial f}{\partial x} = \underbrace{\frac{\partial f}{\partial g}}_{\text{arrives from above}} \cdot
# \underbrace{\frac{\partial g}{\partial x}}_{\text{known locally}} ,$$
#
# which is the chain rule of 001, "Chain Rule", read by one gate. Someone tells the gate how much the end cares about
# its output; the gate multiplies and tells its inputs how much the end cares about *them*. The first message is
# $\partial f / \partial f = 1$, and it travels **backward** along the arrows.
#
# The slides use $x = -3$ and $y = 5$ and do not say what $z$ is. (Nothing on them depends on it. Why?) We take $z = 2$.
#
# ### Question 1: forward (5 points)
#
# Write `f_forward(x, y, z)`, which returns the pair `(f, cache)`.
#
# *Tested:* numbers, and NumPy arrays of the same shape, which are combined entry by entry; that the arrays of the
# caller are the same afterwards. (Arrays of *different* shapes are never passed.)


# %% answer="f_forward"
def f_forward(x, y, z):
    """f = x * y + z, and whatever the way back will need.

    >>> f_forward(-3.0, 5.0, 2.0)[0]
    -13.0
    """
    ### BEGIN SOLUTION
    return x * y + z, (x, y)
    ### END SOLUTION


# %% check="test_f_forward" points=5
answer = f_forward(-3.0, 5.0, 2.0)
assert isinstance(answer, tuple) and len(answer) == 2, (
    f"type: f_forward should return the pair (f, cache), and it returned a {type(answer).__name__}."
)
assert np.ndim(answer[0]) == 0 and abs(answer[0] + 13.0) < 1e-12, (
    f"value: (-3) * 5 + 2 is -13, not {answer[0]}. Hint: multiply first, and add z to the product."
)
checks_passed()

# %% [markdown]
# ### Question 2: backward (10 points)
#
# Write `f_backward(cache, dout=1.0)`, which returns the triple `(dx, dy, dz)`. Here `dout` is the gradient that arrives
# at $f$. It is 1 if $f$ is the end of the story. But a gate never knows whether it is, so it always multiplies: if $f$
# feeds into a loss that falls by 2.5 when $f$ rises by 1, then `dout` is $-2.5$.
#
# Do it in two steps on paper first, one for each gate, from the right to the left:
# $\;dg = dz = dout \cdot 1$, then $dx = dg \cdot y$ and $dy = dg \cdot x$.
#
# *Tested:*
#
# - the slide's numbers (002: "We get" $5$, $-3$, $1$), and others;
# - any `dout`, for all three gradients;
# - arrays of the same shape, with a `dout` of that shape: entry by entry;
# - the cache may be used **twice**: the second call of `f_backward` with the same cache gives the same answer as the
#   first. (Later a graph will be walked more than once. Take things *out* of a cache without removing or changing
#   them.)


# %% answer="f_backward"
def f_backward(cache, dout=1.0):
    """The gradients of x, y and z, when dout is the gradient of f."""
    ### BEGIN SOLUTION
    x, y = cache
    dg = dz = dout
    return dg * y, dg * x, dz
    ### END SOLUTION


# %% check="test_f_backward" points=10
answer = f_backward(f_forward(-3.0, 5.0, 2.0)[1])
assert isinstance(answer, (tuple, list)) and len(answer) == 3, (
    f"type: f_backward should return the triple (dx, dy, dz), and it returned a {type(answer).__name__}."
)
for name, actual, expected in zip(("dx", "dy", "dz"), answer, (5.0, -3.0, 1.0), strict=True):
    assert np.ndim(actual) == 0, f"shape: x, y and z were numbers, and {name} has the shape {np.shape(actual)}."
    assert abs(actual - expected) < 1e-12, (
        f"value: at x = -3, y = 5 the slide has {name} = {expected:g}, not {actual}. "
        "Hint: the derivative of a product by one factor is the other factor."
    )
checks_passed()

# %% [markdown]
# This is the picture to keep in your head for the rest of the course. Each arrow carries two numbers: in green, above
# it, the value that went *forward*; in red, below it, the gradient that came *back*. Read the red ones from right to
# left, and check each gate: what arrives, times the local derivative, is what leaves.


# %% tags=["experiment"]
def draw_wire(axis, start, end, value, gradient):
    """One arrow, with its value above it and its gradient below it."""
    (x0, y0), (x1, y1) = start, end
    arrow = {"arrowstyle": "-|>", "color": "0.5", "lw": 1.4, "shrinkA": 17, "shrinkB": 17}
    axis.annotate("", end, start, arrowprops=arrow)
    slope = np.arctan2(y1 - y0, x1 - x0)
    for number, color, side in ((value, GREEN, 9), (gradient, RED, -9)):
        away = (-side * np.sin(slope), side * np.cos(slope))
        style = {"ha": "center", "va": "center", "rotation": np.degrees(slope), "rotation_mode": "anchor"}
        # A little before the middle: arrows that meet in a gate are still far apart there.
        place = (0.58 * x0 + 0.42 * x1, 0.58 * y0 + 0.42 * y1)
        text = f"{number:.4g}".replace("-", "−")
        axis.annotate(text, place, away, textcoords="offset points", color=color, fontsize=11, **style)


def draw_graph(title, places, wires, leaves, size=(8.5, 3.6)):
    """A graph from left to right: places of the nodes, wires (from, to, value, gradient), names of the leaves."""
    figure, axis = plt.subplots(figsize=size)
    for start, end, value, gradient in wires:
        draw_wire(axis, places[start], places[end], value, gradient)
    for name, (x, y) in places.items():
        edge, face = (BLUE, "#eaf1fa") if name in leaves else ("0.4", "white")
        axis.plot(x, y, "o", ms=30, mec=edge, mfc=face, mew=1.4, zorder=3)
        # A name may end in spaces, to tell apart two gates of one kind.
        axis.text(x, y, name.strip(), ha="center", va="center", fontsize=13, zorder=4)
    axis.plot([], [], color=GREEN, label="value, going forward")
    axis.plot([], [], color=RED, label="gradient, coming back")
    axis.set(aspect="equal", title=title)
    axis.margins(0.12)
    axis.axis("off")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=2)
    plt.show()


def draw_three_letters(x, y, z):
    """The graph of f = x * y + z with your numbers on it."""
    f, cache = f_forward(x, y, z)
    dx, dy, dz = f_backward(cache)
    places = {"x": (0, 2), "y": (0, 0.6), "z": (2.2, -0.4), "×": (2.2, 1.3), "+": (4.4, 0.6), "f": (6.4, 0.6)}
    wires = [("x", "×", x, dx), ("y", "×", y, dy), ("×", "+", x * y, 1), ("z", "+", z, dz), ("+", "f", f, 1)]
    draw_graph("$f = x \\cdot y + z$, forward and backward", places, wires, leaves="xyz")


attempt(draw_three_letters, -3.0, 5.0, 2.0)

# %% [markdown]
# ## B. Gates and branches
#
# ### Four gates
#
# If every gate needs only its local view, we can build gates once and wire them together later. Four of them already
# go a long way. Each has a forward function, which returns `(out, cache)`, and a backward function, which takes
# `(cache, dout)` and returns one gradient for each input.
#
# | gate | forward | what it does to the gradient | name to remember it by |
# | --- | --- | --- | --- |
# | add | $a + b$ | both inputs get `dout` as it is | distributor |
# | mul | $a \cdot b$ | each input gets `dout` times the *other* input | switcher |
# | square | $a^2$ | `dout` times $2a$ | |
# | sum | $\sum_i a_i$ | *every* entry of $a$ gets the same number `dout` | copier |
#
# The first three work entry by entry, on numbers or on arrays of one shape, and `dout` has that shape as well. Entry
# $i$ of the output depends on entry $i$ of the inputs only, so each entry is a small scalar gate of its own.
#
# The sum gate is different: $n$ entries go in, one number comes out. Move any entry by $\epsilon$ and the sum moves by
# $\epsilon$; all local derivatives are 1. So `dout` is a single number, and the gradient of $a$ has the shape of $a$
# with `dout` in every place. (001, "Examples", writes $\mathbf 1^T$: the same thing as a row.) To build that array on
# the way back, the cache has to remember the shape.
#
# ### Question 3: four gates (10 points)
#
# Write the eight functions. `sum_forward` adds up **all** entries, whatever the number of axes, and returns a number.
#
# *Tested:* the four forward values on arrays; and for each gate the gradients for arrays and matrices with a `dout`
# that is not 1 and, for the first three, differs from entry to entry. The gradient of the sum is an array of the shape
# of `a`; a number is not enough.


# %% answer="add_gate"
def add_forward(a, b):
    """a + b, and the cache."""
    ### BEGIN SOLUTION
    return a + b, ()
    ### END SOLUTION


def add_backward(cache, dout):
    """(da, db)"""
    ### BEGIN SOLUTION
    return dout, dout
    ### END SOLUTION


# %% answer="mul_gate"
def mul_forward(a, b):
    """a * b, entry by entry, and the cache."""
    ### BEGIN SOLUTION
    return a * b, (a, b)
    ### END SOLUTION


def mul_backward(cache, dout):
    """(da, db)"""
    ### BEGIN SOLUTION
    a, b = cache
    return dout * b, dout * a
    ### END SOLUTION


# %% answer="square_gate"
def square_forward(a):
    """a squared, entry by entry, and the cache."""
    ### BEGIN SOLUTION
    return a * a, a
    ### END SOLUTION


def square_backward(cache, dout):
    """da"""
    ### BEGIN SOLUTION
    return 2 * cache * dout
    ### END SOLUTION


# %% answer="sum_gate"
def sum_forward(a):
    """The sum of all entries, and the cache."""
    ### BEGIN SOLUTION
    return np.sum(a), np.shape(a)
    ### END SOLUTION


def sum_backward(cache, dout):
    """da, in the shape of a"""
    ### BEGIN SOLUTION
    return np.full(cache, dout)
    ### END SOLUTION


# %% check="test_gates" points=10
a, b = np.array([1.0, -2.0, 3.0]), np.array([4.0, 5.0, 6.0])
for name, answer, expected in (
    ("add", add_forward(a, b), [5.0, 3.0, 9.0]),
    ("mul", mul_forward(a, b), [4.0, -10.0, 18.0]),
    ("square", square_forward(a), [1.0, 4.0, 9.0]),
    ("sum", sum_forward(a), 2.0),
):
    assert isinstance(answer, tuple) and len(answer) == 2, f"type: {name}_forward should return the pair (out, cache)."
    assert np.shape(answer[0]) == np.shape(expected), (
        f"shape: {name}_forward should give the shape {np.shape(expected)}, not {np.shape(answer[0])}."
    )
    assert np.allclose(answer[0], expected), (
        f"value: {name}_forward of a = {a}, b = {b} should give {expected}, not {answer[0]}."
    )
answer = mul_backward(mul_forward(2.0, 7.0)[1], 1.0)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, "type: mul_backward should return the pair (da, db)."
assert np.allclose(answer, [7.0, 2.0]), (
    f"value: for 2 * 7 the gradients are (7, 2), not {answer}. Hint: each factor gets the other one."
)
checks_passed()

# %% [markdown]
# ### A branch
#
# So far every value was used once. Now take
#
# $$f(x, y, z) = (x \cdot y + z) \cdot x .$$
#
# The arrow that leaves $x$ splits: $x$ goes into the inner product *and* into the outer one. What does $x$ owe the end?
# Think of the two uses as two separate variables, $x_1$ and $x_2$, that happen to be equal:
# $F(x_1, x_2) = (x_1 y + z)\, x_2$. Move $x$ by $\epsilon$ and both move by $\epsilon$. To first order,
#
# $$F(x + \epsilon,\, x + \epsilon) = F(x, x) + \epsilon\,\frac{\partial F}{\partial x_1} +
# \epsilon\,\frac{\partial F}{\partial x_2} + O(\epsilon^2),$$
#
# because the change of each argument acts on its own and only the $O(\epsilon^2)$ knows of both. So the two gradients
# simply **add**: deck 002, "Multiple output", says it in four words, *gradients add at branches*.
#
# $$\frac{\partial f}{\partial x} = \underbrace{x \cdot y}_{\text{through the inner use}} +
# \underbrace{x \cdot y + z}_{\text{through the outer use}}$$
#
# In code this is the difference between `dx = ...` and `dx += ...`, and it is the most frequent mistake in hand-written
# backpropagation. Nothing crashes: the second assignment quietly throws the first path away.
#
# ### Question 4: a branch, computed and explained (7 points, and 3 for the explanation)
#
# Write `branch_forward(x, y, z)`, which returns `(f, cache)`, and `branch_backward(cache, dout=1.0)`, which returns
# `(dx, dy, dz)`, for $f = (x \cdot y + z) \cdot x$.
#
# *Tested:* the value and the gradients at the point of the slide and at others; any `dout`; arrays of one shape, entry
# by entry, with a `dout` of that shape; and inputs that are **equal numbers**, for example $y = x$. Two variables with
# the same value are still two variables: $dx$ and $dy$ do not mix. (Whoever moves both at once adds them afterwards.)


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


# %% check="test_branch" points=7
f, cache = branch_forward(-3.0, 5.0, 2.0)
assert np.ndim(f) == 0 and abs(f - 39.0) < 1e-12, f"value: ((-3) * 5 + 2) * (-3) is 39, not {f}."
answer = branch_backward(cache)
assert isinstance(answer, (tuple, list)) and len(answer) == 3, (
    f"type: branch_backward should return the triple (dx, dy, dz), and it returned a {type(answer).__name__}."
)
hints = ("x is used twice: add both.", "y feeds the inner product only.", "z feeds the sum only.")
for name, actual, expected, hint in zip(("dx", "dy", "dz"), answer, (-28.0, 9.0, -3.0), hints, strict=True):
    assert abs(actual - expected) < 1e-12, (
        f"value: at x = -3, y = 5, z = 2 the gradient {name} is {expected:g}, not {actual}. Hint: {hint}"
    )
checks_passed()


# %% tags=["experiment"]
def draw_branch(x, y, z):
    """The graph of f = (x * y + z) * x; the two red numbers at x add up to dx."""
    (f, cache), q = branch_forward(x, y, z), x * y + z
    dx, dy, dz = branch_backward(cache)
    leaves = {"x": (0, 2.6), "y": (0, 0.4), "z": (2.2, -0.7)}
    places = leaves | {"×": (2.2, 1), "+": (4.4, 0.2), "× ": (6.6, 1.3), "f": (8.6, 1.3)}
    wires = [
        ("x", "×", x, dx - q),
        ("x", "× ", x, q),
        ("y", "×", y, dy),
        ("×", "+", x * y, dz),
        ("z", "+", z, dz),
        ("+", "× ", q, dz),
        ("× ", "f", f, 1),
    ]
    title = f"$f = (x \\cdot y + z) \\cdot x$: two arrows leave $x$, so $dx = ({dx - q:g}) + ({q:g}) = {dx:g}$"
    draw_graph(title, places, wires, leaves, size=(9.5, 4.6))


attempt(draw_branch, -3.0, 5.0, 2.0)

# %% [markdown]
# ### Question 4, the explanation (3 points, graded by a person)
#
# The slide "Automatic Differentiation" of decks 000 and 001 states the chain rule that is to be evaluated "e.g. via
# backprop" as
#
# $$\frac{\partial y}{\partial x} = \frac{\partial y}{\partial u_n} \frac{\partial u_n}{\partial u_{n-1}} \cdots
# \frac{\partial u_2}{\partial u_1} \frac{\partial u_1}{\partial x} .$$
#
# 1. What does this formula assume about the graph? Write down every path that leads from $x$ to $f$ in
#    $f = (x \cdot y + z) \cdot x$ with the product of local derivatives along it, in letters and at the point of the
#    picture above, and state the rule that replaces the formula.
# 2. A program contains `dx = dout * q` and, later, `dx = dq * y`. What does it return at that point? For which inputs
#    is that *right*, so that a test there would notice nothing?
# 3. Thirty diamonds stand in a row: each node feeds two gates, and both feed the next node. How many paths lead from
#    the first node to the last? How many multiplications does backpropagation need, roughly, and why so few?

# %% [markdown] written="explain_the_branch" points=3
# *One path, or all of them?*
#
# ### BEGIN SOLUTION
# 1. It assumes a *chain*: a single path from $x$ to $y$. Here there are two. Through the inner product, then the sum
#    and the outer product: $y \cdot 1 \cdot x = 5 \cdot (-3) = -15$. Directly into the outer product:
#    $q = xy + z = -13$. The derivative is the **sum over all paths** of the product of local derivatives along the
#    path: $-28$.
# 2. The second assignment wins: $dq \cdot y = -15$. The direct path is lost, and that is noticed unless
#    $q = xy + z = 0$. (At $q = 0$ the outer use contributes nothing, so a test there proves little.)
# 3. $2^{30}$, about a billion. Each diamond has four arrows and backpropagation multiplies once for each arrow: about
#    120 products, and an addition wherever arrows meet again. It works out the gradient of a node once, *after* all its
#    users have reported, and from then on passes on the sum; the paths behind it need not be told apart any more. This
#    is the distributive law: $ab + ac = a(b + c)$.
# ### END SOLUTION

# %% [markdown]
# ## C. Vectors and matrices
#
# Deck 002 goes on with "A vectorized example":
#
# $$f(W, \mathbf x) = \lVert W \mathbf x \rVert^2, \qquad \mathbf q = W \mathbf x, \quad f = \sum_k q_k^2 .$$
#
# Three gates: a matrix product, a square, a sum. On the slides both sums run to the same $n$, so $W$ is square. In a
# network it hardly ever is. Here $W$ is $(m, n)$, $\mathbf x$ has length $n$, and $\mathbf q$ has length $m$.
#
# ### Question 5: the squared norm of Wx, forward (5 points)
#
# Write `wx2_forward(W, x)`, which returns `(f, cache)` with $f$ a number.
#
# *Tested:* the value; tall and wide matrices; a matrix of one row; that `W` and `x` are the same afterwards, to the
# last bit.


# %% answer="wx2_forward"
def wx2_forward(W, x):
    """f = |W x|^2 for W of shape (m, n) and x of shape (n,), and the cache."""
    ### BEGIN SOLUTION
    q = W @ x
    return np.sum(q**2), (W, x, q)
    ### END SOLUTION


# %% check="test_wx2_forward" points=5
# The classic numbers, from Stanford's CS231n, where the slides of deck 002 come from.
W = np.array([[0.1, 0.5], [-0.3, 0.8]])
x = np.array([0.2, 0.4])
answer = wx2_forward(W, x)
assert isinstance(answer, tuple) and len(answer) == 2, (
    f"type: wx2_forward should return the pair (f, cache), and it returned a {type(answer).__name__}."
)
assert np.ndim(answer[0]) == 0, f"shape: f is a number, and yours has the shape {np.shape(answer[0])}."
assert abs(answer[0] - 0.116) < 1e-12, (
    f"value: W x is (0.22, 0.26), and 0.22**2 + 0.26**2 is 0.116, not {answer[0]}. Hint: no root."
)
checks_passed()

# %% [markdown]
# ### Indices first, then matrices
#
# Do not guess transposes. Write one entry of the gradient with indices, sum over everything that lies in between (that
# is the rule of the branches: the end is reached through *every* $q_k$), and read off the matrix product at the end.
#
# The square and the sum gate are known: $\partial f / \partial q_k = 2 q_k$. With an upstream gradient,
# $dq_k = dout \cdot 2 q_k$.
#
# **By $W$.** Since $q_k = \sum_j W_{kj} x_j$, the entry $W_{ij}$ occurs in $q_i$ only, with the factor $x_j$. The
# slides write this with an indicator, $\partial q_k / \partial W_{ij} = 1_{k=i}\, x_j$, and
#
# $$\frac{\partial f}{\partial W_{ij}} = \sum_{k} \frac{\partial f}{\partial q_k} \frac{\partial q_k}{\partial W_{ij}}
# = \sum_{k} (2 q_k)(1_{k=i}\, x_j) = 2 q_i x_j .$$
#
# Row index from $\mathbf q$, column index from $\mathbf x$: an outer product, $dW = 2\,\mathbf q\,\mathbf x^T$, of
# shape $(m, n)$ like $W$.
#
# **By $\mathbf x$.** $\partial q_k / \partial x_i = W_{ki}$, and now *all* $q_k$ depend on $x_i$:
#
# $$\frac{\partial f}{\partial x_i} = \sum_{k} 2 q_k W_{ki} .$$
#
# The sum runs over the *first* index of $W$, so this is $d\mathbf x = 2\, W^T \mathbf q$, of length $n$. Compare 001,
# "Chain Rule": the row $2\mathbf q^T$ of shape $(1, m)$ times the Jacobian $W$ of shape $(m, n)$ gives a row $(1, n)$.
# Our $d\mathbf x$ is that row, standing up.
#
# **A check that costs nothing.** With shapes alone: $dW$ must be $(m, n)$ and can only be made of $\mathbf q$, $(m,)$,
# and $\mathbf x$, $(n,)$. There is one way. This trick has saved many an exam, and it fails exactly when $m = n$. That
# is why a square example is a bad test.
#
# ### Question 6: the squared norm of Wx, backward (16 points, and 4 for the explanation)
#
# Write `wx2_backward(cache, dout=1.0)`, which returns `(dW, dx)`.
#
# *Tested:*
#
# - $dW$ has the shape $(m, n)$ of $W$, and $d\mathbf x$ the shape $(n,)$ of $\mathbf x$: not $(n, 1)$, not $(1, n)$;
# - both against torch's automatic gradients in float64, for wide and for tall matrices;
# - one row, $m = 1$, and one column, $n = 1$: the gradients are still a matrix and a vector;
# - the upstream gradient: both results are proportional to `dout`;
# - the cache can be used twice, so nothing in it is changed on the way back.


# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    """(dW, dx) in the shapes of W and x, when dout is the gradient of f."""
    ### BEGIN SOLUTION
    W, x, q = cache
    dq = dout * 2 * q
    return np.outer(dq, x), W.T @ dq
    ### END SOLUTION


# %% check="test_wx2_backward" points=16
answer = wx2_backward(wx2_forward(W, x)[1])
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: wx2_backward should return the pair (dW, dx), and it returned a {type(answer).__name__}."
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
# What you have just written is the direction of learning. Below are the level lines of $\lVert W \mathbf x \rVert^2$ as
# a function of $\mathbf x$ for a fixed $W$, and at each point $-\,d\mathbf x$. The arrows cross the level lines at
# right angles, and therefore do *not* point at the minimum unless the valley is round: follow the red walk, which takes
# steps of $-0.06\, d\mathbf x$ (000, "Gradient Descent in General"), and see it bend.


# %% tags=["experiment"]
def walk_down(W, x, rate, steps):
    """The points of gradient descent on |W x|^2 in x."""
    points = [np.array(x)]
    for _ in range(steps):
        points.append(points[-1] - rate * np.asarray(wx2_backward(wx2_forward(W, points[-1])[1])[1]))
    return np.array(points)


def draw_descent(W, start, reach=2.0):
    """Level lines of |W x|^2 over x, the arrows -dx, and a walk downhill."""
    fine, coarse = np.linspace(-reach, reach, 200), np.linspace(-1.75, 1.75, 8)
    heights = np.array([[wx2_forward(W, np.array([a, b]))[0] for a in fine] for b in fine])
    points = np.array([[a, b] for a in coarse for b in coarse])
    slopes = np.array([wx2_backward(wx2_forward(W, point)[1])[1] for point in points])
    figure, axis = plt.subplots(figsize=(7, 6))
    levels = np.arange(0.0, 19.0, 1.5)
    filled = axis.contourf(fine, fine, heights, levels=levels, cmap="Blues", extend="max", alpha=0.85)
    axis.contour(fine, fine, heights, levels=levels, colors="white", linewidths=0.8)
    arrows = {"color": ORANGE, "angles": "xy", "scale_units": "xy", "scale": 30, "width": 0.005, "headwidth": 4}
    axis.quiver(*points.T, *-slopes.T, zorder=2, label=r"$-\nabla f = -2\,W^T W\,\mathbf{x}$", **arrows)
    axis.plot(*walk_down(W, start, 0.06, 25).T, ".-", color=RED, ms=8, lw=1.5, label="25 steps of gradient descent")
    axis.set(aspect="equal", xlabel="$x_0$", ylabel="$x_1$", title="Downhill is at right angles to the level lines")
    axis.set(xlim=(-reach, reach), ylim=(-reach, reach))
    axis.grid(False)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)
    figure.colorbar(filled, ax=axis, label=r"$f(\mathbf{x}) = |W \mathbf{x}|^2$", shrink=0.85)
    plt.show()


attempt(draw_descent, np.array([[1.9, 0.6], [0.3, 0.9]]), [-1.5, -1.3])

# %% [markdown]
# ### Question 6, the explanation (4 points, graded by a person)
#
# The slides of "A vectorized example" write $f(x, W) = \lVert W \cdot x \rVert^2 = \sum_{i=1}^n (W \cdot x)_i^2$, let
# $\mathbf q$ end with the row $W_{n,1} x_1 + \dots + W_{n,n} x_n$, and $f$ with $q_n^2$.
#
# 1. $W$ is now $(m, n)$. Which of these $n$ must become an $m$, and which stay?
# 2. Someone hands in $2\,\mathbf x\,\mathbf q^T$ for $dW$ and $2\,W \mathbf q$ for $d\mathbf x$. For a square $W$ the
#    shapes are right. For which $W$ and $\mathbf x$ are also the *values* of each of the two right, so that a test with
#    these numbers would let them pass? Are the classic numbers in the cells above safe?
# 3. What are $dW$ and $d\mathbf x$ in the layout of deck 000, "Generalize to Matrices", and which one formula turns
#    them into ours?

# %% [markdown] written="explain_the_shapes" points=4
# *Shapes, and what they cannot tell.*
#
# ### BEGIN SOLUTION
# 1. $\mathbf q$ has one entry for each *row* of $W$: $f = \sum_{i=1}^m (W \mathbf x)_i^2$, the last row is
#    $W_{m,1} x_1 + \dots + W_{m,n} x_n$, and $f$ ends with $q_m^2$. The $n$ that counts *columns*, the second index of
#    $W$ and the index of $x$, stays.
# 2. $\mathbf x \mathbf q^T = \mathbf q \mathbf x^T$ holds when $q_i x_j = q_j x_i$ for all $i, j$: when
#    $\mathbf q = W \mathbf x$ is a multiple of $\mathbf x$, that is, $\mathbf x$ is an eigenvector of $W$ (or one of
#    the two is zero). The identity matrix, for example, hides the mistake for every $\mathbf x$.
#    $W \mathbf q = W^T \mathbf q$ holds for every symmetric $W$ (and whenever $\mathbf q$ is in the null space of
#    $W - W^T$). The classic numbers are safe for both: $(0.22, 0.26)$ is no multiple of $(0.2, 0.4)$, and $W - W^T$ is
#    invertible. But every matrix that is not square is safe at a glance.
# 3. There a number by an $(n, k)$ matrix has the shape $(k, n)$, so $dW$ is $2\,\mathbf x\,\mathbf q^T$ of shape
#    $(n, m)$ and $d\mathbf x$ is the row $2\,\mathbf q^T W$ of shape $(1, n)$. Each is the transpose of ours. (The
#    answer of item 2 for $dW$ is therefore the right formula in the wrong layout.)
# ### END SOLUTION

# %% [markdown]
# ### A batch
#
# Training looks at $N$ examples at once. They are the *rows* of $X$, of shape $(N, n)$, and in this course a loss is
# the **mean** over the batch, as in 001, "Training" (deck 003 sums instead; then the gradients grow with the batch, and
# the learning rate has to shrink with it):
#
# $$L(W, X) = \frac{1}{N} \sum_{i=1}^{N} \lVert W \mathbf x_i \rVert^2 , \qquad Q = X W^T \quad (N, m).$$
#
# Row $i$ of $Q$ is $W \mathbf x_i$; the transpose is there only because examples are rows. Now look at the graph. There
# is one $W$ and it is used $N$ times, once for each example. That is a branch with $N$ arms, and you know what happens
# at branches:
#
# $$dW = \frac{1}{N} \sum_{i=1}^N 2\, \mathbf q_i \mathbf x_i^T .$$
#
# Each $\mathbf x_i$, in contrast, is used once, so row $i$ of $dX$ depends on example $i$ alone. Both can be written as
# one matrix product without a loop. Find them by their shapes, then *check them by their indices*.
#
# ### Question 7: a batch (10 points)
#
# Write `wx2_batch_forward(W, X)`, which returns `(L, cache)`, and `wx2_batch_backward(cache, dout=1.0)`, which returns
# `(dW, dX)` in the shapes of $W$ and $X$.
#
# *Tested:* the mean; the shapes; a batch of one example, for which everything agrees with Question 6 (and $dX$ is
# $(1, n)$); $dW$ and $dX$ for larger batches against torch; the factor `dout`; repeating every example of a batch,
# which changes neither $L$ nor $dW$.


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


# %% check="test_wx2_batch" points=10
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
# ## D. Three gates of a network
#
# Deck 002, "Layers with Computational Graph", adds three more gates. All work entry by entry.
#
# **Squared difference** (the slide calls it $L_2$-loss): $\;(x - y)^2$, with gradients for *both* inputs. Move $y$ up
# and the difference shrinks, so the two gradients differ in sign only.
#
# **Sigmoid:** $\;\sigma(x) = \dfrac{1}{1 + e^{-x}}$. Derive it once:
#
# $$\sigma'(x) = \frac{e^{-x}}{(1 + e^{-x})^2} = \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}
# = \sigma(x)\,\big(1 - \sigma(x)\big).$$
#
# The local derivative is a function of the *output*, so the cache may keep $\sigma$ and forget $x$.
#
# The formula on the slides (also 000, "Sigmoid Activation") is right as mathematics and careless as a program. At
# $x = -1000$ it asks for $e^{1000}$, which no float64 can hold: NumPy returns `inf` and prints a warning, and you are
# lucky that $1/\infty = 0$. The equivalent $e^{x}/(1 + e^{x})$ is unlucky at $x = +1000$: $\infty/\infty$ is `nan`, and
# one nan in a batch poisons every weight of the network. The way out is to exponentiate *negative* numbers only:
# $e^{-|x|}$ lies between 0 and 1, whatever $x$ is.
#
# $$\sigma(x) = \begin{cases} \dfrac{1}{1 + e^{-|x|}} & x \ge 0 \\[2ex]
# \dfrac{e^{-|x|}}{1 + e^{-|x|}} & x < 0 . \end{cases}$$
#
# (A trap: `np.where` computes *both* of its arguments everywhere and then chooses. It does not keep an overflow in the
# arm that is not chosen from happening.)
#
# **ReLU:** $\;\max(x, 0)$. Its local derivative is 1 for $x > 0$ and 0 for $x < 0$: a gate that is open or shut. At
# $x = 0$ there is no derivative. On the slide before, deck 002 says that backpropagation *requires a function to be
# differentiable*; taken literally, that forbids ReLU. In practice one takes any **subgradient**, here any number in
# $[0, 1]$ (000, "Calculus - Non-differentiable"), and libraries take 0.
#
# ### Question 8: sigmoid, ReLU and squared difference (10 points)
#
# Write the six functions. As before, forward returns `(out, cache)`, and backward takes `(cache, dout)`.
#
# *Tested:* values; gradients with a `dout` that differs from entry to entry, for arrays and matrices; `l2_backward`
# returns a gradient for $x$ and one for $y$; sigmoid at $\pm 1000$, forward and backward, to twelve decimals and
# **without an overflow on the way**: the grader calls it through `strictly`, below, which turns NumPy's whispered
# warning into an error; ReLU's gradient at exactly 0, where each number between 0 and `dout` is right; and that neither
# `x` nor `dout` is changed by a call. (`dout[x < 0] = 0` is a popular way to break somebody else's gradient.)


# %%
def strictly(name, *arguments):
    """Calls the function of that name while an overflow, a division by zero or inf - inf is an error.

    >>> strictly("sigmoid_forward", np.array([-1000.0]))
    """
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        return globals()[name](*arguments)


# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    """1 / (1 + exp(-x)), entry by entry and for any x, and the cache."""
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    s = np.where(np.asarray(x) >= 0, 1.0, e) / (1.0 + e)
    return s, s
    ### END SOLUTION


def sigmoid_backward(cache, dout):
    """dx"""
    ### BEGIN SOLUTION
    return dout * cache * (1.0 - cache)
    ### END SOLUTION


# %% answer="relu_gate"
def relu_forward(x):
    """max(x, 0), entry by entry, and the cache."""
    ### BEGIN SOLUTION
    return np.maximum(x, 0.0), np.asarray(x) > 0
    ### END SOLUTION


def relu_backward(cache, dout):
    """dx"""
    ### BEGIN SOLUTION
    return dout * cache
    ### END SOLUTION


# %% answer="l2_gate"
def l2_forward(x, y):
    """(x - y)**2, entry by entry, and the cache."""
    ### BEGIN SOLUTION
    return (x - y) ** 2, x - y
    ### END SOLUTION


def l2_backward(cache, dout):
    """(dx, dy)"""
    ### BEGIN SOLUTION
    dx = 2 * cache * dout
    return dx, -dx
    ### END SOLUTION


# %% check="test_layers" points=10
inputs, ones = np.array([-2.0, 0.5, 3.0]), np.ones(3)
for name, answer, expected in (
    ("sigmoid", sigmoid_forward(inputs), [0.1192029, 0.6224593, 0.9525741]),
    ("relu", relu_forward(inputs), [0.0, 0.5, 3.0]),
    ("l2", l2_forward(inputs, ones), [9.0, 0.25, 4.0]),
):
    assert isinstance(answer, tuple) and len(answer) == 2, f"type: {name}_forward should return the pair (out, cache)."
    assert np.shape(answer[0]) == (3,), f"shape: {name}_forward of 3 entries gives the shape {np.shape(answer[0])}."
    assert np.allclose(answer[0], expected, atol=1e-6), (
        f"value: {name}_forward at x = {inputs} should give {expected}, not {answer[0]}."
    )
dx = relu_backward(relu_forward(inputs)[1], np.array([10.0, 20.0, 30.0]))
assert np.allclose(dx, [0.0, 20.0, 30.0]), (
    f"value: ReLU lets dout = [10, 20, 30] through where x = {inputs} is positive, and gives {dx}. "
    "Hint: what counts is the sign of x, not the sign of dout."
)
checks_passed()

# %% [markdown]
# Why did ReLU replace the sigmoid inside deep networks? On the left, the two gates and their local derivatives. Look at
# the height of $\sigma'$: never above $\tfrac14$. On the right, a stack of $k$ gates, one after the other. The gradient
# at the bottom is a product of $k$ local derivatives, and a product of $k$ numbers of at most $\tfrac14$ vanishes. That is
# your own `sigmoid_backward`, called $k$ times.


# %% tags=["experiment"]
def through_a_stack(forward, backward, x, k):
    """The gradient at the bottom of k gates of one kind, stacked on each other."""
    caches, gradient = [], np.array(1.0)
    for _ in range(k):
        x, cache = forward(x)
        caches.append(cache)
    for cache in reversed(caches):
        gradient = backward(cache, gradient)
    return float(gradient)


def draw_layers(kinds, depths=range(1, 21)):
    """Both gates with their derivatives, and how a gradient fares in a stack of them."""
    t = np.linspace(-4, 4, 401)
    figure, axes = plt.subplots(1, 2, figsize=(11.5, 4.6))
    for name, forward, backward, color in kinds:
        out, cache = forward(t)
        axes[0].plot(t, out, color=color, lw=2, label=name)
        axes[0].plot(t, backward(cache, np.ones(t.shape)), color=color, ls="--", label=f"{name}, local derivative")
        gradients = [through_a_stack(forward, backward, np.array(1.0), k) for k in depths]
        axes[1].semilogy(depths, gradients, "o-", color=color, ms=4, label=f"{name}, stacked")
    axes[1].semilogy(depths, 0.25 ** np.array(depths), ":", color="0.4", label="$(1/4)^k$")
    axes[0].set(ylim=(-0.1, 2.05), xlabel="$x$", title="Gates and their local derivatives")
    axes[1].set(xlabel="number of gates $k$", ylabel="gradient at the bottom")
    axes[1].set_title("A product of small factors vanishes")
    axes[1].set_xticks(depths[4::5])
    axes[0].legend(loc="upper left", fontsize=9)
    axes[1].legend(loc="lower left", fontsize=9)
    figure.tight_layout()
    plt.show()


attempt(
    draw_layers, [("sigmoid", sigmoid_forward, sigmoid_backward, BLUE), ("ReLU", relu_forward, relu_backward, ORANGE)]
)

# %% [markdown]
# ## E. Any graph
#
# You have now done by hand what a program can do for every graph. (001, "Automatic Differentiation": *computing
# derivatives by hand is hard; computers can automate this*.) First we need a way to write a graph down.
#
# ### A graph is a dictionary
#
# In this part all values are plain numbers. A **graph** is a dictionary. Each key is the name of a node, a string. Each
# value is a pair `(op, inputs)`: the name of the operation, and a tuple of the names of the nodes it is applied to, in
# order. Leaves have the operation `"input"` and the inputs `()`; they are keys like all others.

# %%
SLIDE_GRAPH = {
    "x": ("input", ()),
    "y": ("input", ()),
    "z": ("input", ()),
    "g": ("mul", ("x", "y")),
    "f": ("add", ("g", "z")),
}

# The value of each operation, and its local derivatives: a tuple with one number for each input.
VALUE = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "square": lambda a: a * a,
    "exp": lambda a: float(np.exp(a)),
    "sin": lambda a: float(np.sin(a)),
}
LOCAL = {
    "add": lambda a, b: (1.0, 1.0),
    "sub": lambda a, b: (1.0, -1.0),
    "mul": lambda a, b: (b, a),
    "square": lambda a: (2.0 * a,),
    "exp": lambda a: (float(np.exp(a)),),
    "sin": lambda a: (float(np.cos(a)),),
}

# %% [markdown]
# The keys come in **any order**: a node may stand before its inputs. A node may be used by any number of gates, even
# twice by the same one: `("mul", ("a", "a"))` is a square. There are no cycles.
#
# ### In which order?
#
# A gate can pass its gradient on only when that gradient is *complete*: when every gate that used its output has
# reported. So backpropagation walks through the graph such that each node comes after all of its users. Turn that
# around and it is the order of the forward pass: each node after all of its inputs, called a **topological order**. A
# graph has many. For the slide, `x, y, g, z, f` is one and `z, y, x, g, f` another. Both are right.
#
# Some orders look right and are not. "Walk backward from the end, layer by layer" (breadth first) visits a node when
# its *nearest* user is done. Consider a **skip connection**: the input of a block is used inside the block and once
# more behind it, as in every residual network. Breadth first meets the input early, through the short way, and hands on
# its gradient before the long way has reported.
#
# The safe idea is recursive: *to append a node, first append all its inputs*. And do not append a node that is already
# there.
#
# That last sentence is not a detail. Think of the row of diamonds in the explanation of Question 4: without the memory of what has been
# visited, the recursion follows every *path*, and thirty diamonds have a billion of them.
#
# ### Question 9: an order for any graph (10 points)
#
# Write `topo_order(graph, out)`, which returns a list with the names of all nodes that the node `out` depends on,
# itself included: each once, each after all of its inputs.
#
# *Tested:* **any** valid order is right. Skip connections; diamonds; nodes that are used several times, also twice by
# one gate, and are still listed once; keys in any order; nodes that `out` does not depend on, which are left out; an
# `out` that is a leaf, or stands in the middle of the graph; sixty diamonds in a row, which must not take longer than
# the blink of an eye (the grader waits half a second); that the graph is not changed. No path is longer than 200 nodes,
# so recursion is fine.


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


# %% check="test_topo_order" points=10
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
# Everything is in place. Start with the gradient 1 at the end. Walk backward; when you come to a node its gradient is
# complete, so multiply it by each local derivative and **add** the result to the gradient of that input.
#
# $$\bar u \mathrel{+}= \bar v \cdot \frac{\partial v}{\partial u}
# \qquad \text{for each gate } v \text{, from the end, and each input } u \text{ of it},$$
#
# where $\bar v$ is short for $\partial\, \text{out} / \partial v$. The local derivatives are those of `LOCAL`, taken at
# the values of the forward pass.
#
# ### Question 10: backpropagation (10 points)
#
# Write `backprop(graph, values, out)`. `values` is a dictionary with the value of every node, from a forward pass that
# has already happened. Return a dictionary with the gradient of `out` with respect to **every node it depends on**:
# leaves, intermediate nodes, and `out` itself, whose gradient is 1. Nodes that `out` does not depend on are left out,
# or are 0.
#
# Use `LOCAL` for the derivatives, `LOCAL[op](*numbers)`, and `topo_order` (or any other way you have of ordering a
# graph; Question 3 is not needed).
#
# *Tested:* all six operations; fan-out, which is a node with many users; a gate that uses one node twice; skip
# connections; users of a node on which `out` does *not* depend, and which must not contribute; an `out` in the middle
# of the graph; forty diamonds in a row, right to nine digits and within half a second; that each call starts from zero
# (two calls give the same gradients); that `graph` and `values` are not changed.


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
        slopes = LOCAL[op](*(values[name] for name in inputs))
        for name, slope in zip(inputs, slopes, strict=True):
            grads[name] += grads[node] * slope
    return grads
    ### END SOLUTION


# %% check="test_backprop" points=10
slide_values = {"x": -3.0, "y": 5.0, "z": 2.0, "g": -15.0, "f": -13.0}
grads = backprop(SLIDE_GRAPH, slide_values, "f")
assert isinstance(grads, dict), f"type: backprop should return a dictionary, and it returned a {type(grads).__name__}."
assert set(grads) == set(SLIDE_GRAPH), (
    f"value: there should be a gradient for each of {sorted(SLIDE_GRAPH)}, and yours are for {sorted(map(str, grads))}."
)
for name, expected in {"f": 1.0, "g": 1.0, "x": 5.0, "y": -3.0, "z": 1.0}.items():
    assert abs(grads[name] - expected) < 1e-12, (
        f"value: the gradient of {name} should be {expected:g}, not {grads[name]}. "
        "Hint: the gradient of a gate times the local derivative at its inputs."
    )
checks_passed()

# %% [markdown]
# How much is it worth to add *first* and pass on *then*? Below, the same gradient of a row of diamonds, once with your
# `backprop`, once by following every path with the chain rule of the slide and adding up the products. Both give the
# same number. The axis is logarithmic.


# %% tags=["experiment"]
def diamonds(count):
    """A row of diamonds, n0 feeds l0 and r0, both feed n1, and so on: the last node, the graph, the values."""
    graph, values = {"n0": ("input", ())}, {"n0": 0.5}
    for k in range(count):
        diamond = {f"l{k}": ("sin", (f"n{k}",)), f"r{k}": ("square", (f"n{k}",))}
        diamond[f"n{k + 1}"] = ("sub", (f"l{k}", f"r{k}"))
        graph |= diamond
        for name, (op, inputs) in diamond.items():
            values[name] = VALUE[op](*(values[i] for i in inputs))
    return f"n{count}", graph, values


def sum_over_paths(graph, values, end, leaf):
    """The derivative of end by leaf, one path after the other."""
    op, inputs = graph[end]
    if op == "input":
        return float(end == leaf)
    slopes = LOCAL[op](*(values[i] for i in inputs))
    return sum(slope * sum_over_paths(graph, values, i, leaf) for slope, i in zip(slopes, inputs, strict=True))


def seconds(function, *arguments):
    """The shortest of three runs."""
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        function(*arguments)
        runs.append(time.perf_counter() - start)
    return min(runs)


def draw_costs(few=range(1, 13), many=range(1, 41)):
    """The time of backprop and of the sum over all paths, against the number of diamonds."""
    times = [seconds(backprop, graph, values, out) for out, graph, values in map(diamonds, many)]
    plt.semilogy(many, times, "o-", ms=4, color=BLUE, label="backprop: each arrow once")
    times = [seconds(sum_over_paths, graph, values, out, "n0") for out, graph, values in map(diamonds, few)]
    plt.semilogy(few, times, "o-", ms=4, color=RED, label="every path by itself")
    more = np.arange(few[-1], 41)
    plt.semilogy(more, times[-1] * 2.0 ** (more - few[-1]), ":", color=RED, label="the same, extrapolated")
    for span, name in ((60.0, "a minute"), (86400.0, "a day"), (3.15e7, "a year")):
        plt.axhline(span, color="0.75", lw=0.8)
        plt.text(1, span * 1.3, name, color="0.4", fontsize=9)
    plt.ylim(1e-6, 1e9)
    plt.xlabel("diamonds in a row")
    plt.ylabel("seconds")
    plt.title("Adding at the branches turns $2^k$ paths into $4k$ products")
    plt.legend(loc="lower right", bbox_to_anchor=(1.0, 0.2), fontsize=9)
    plt.show()


attempt(draw_costs)

# %% [markdown]
# ## One step further: let Python build the graph (ungraded)
#
# Writing dictionaries is no way to program. Decks 000 and 001, "Automatic Differentiation", name two ways to get a
# graph: *build explicitly*, which is what you did, and *build implicitly by tracing*. Tracing means: compute as always,
# but with numbers that write down what happens to them. Python lets a class say what `+`, `-` and `*` mean, and that is
# all it takes. A traced number knows its name and the tape on which it was recorded; `a * b` records a node and returns
# the new number.


# %%
class Tape:
    """A graph and its values, written while the numbers on it are computed with."""

    def __init__(self):
        self.graph, self.values = {}, {}

    def input(self, value, name=None):
        """A new leaf."""
        return self._record(name or f"c{len(self.graph)}", "input", (), float(value))

    def apply(self, op, *inputs):
        """A new gate on top of numbers that are on the tape already."""
        names = tuple(each.name for each in inputs)
        return self._record(f"v{len(self.graph)}", op, names, VALUE[op](*(self.values[name] for name in names)))

    def _record(self, name, op, names, value):
        self.graph[name], self.values[name] = (op, names), value
        return Traced(self, name)


class Traced:
    """A number that remembers how it came about."""

    def __init__(self, tape, name):
        self.tape, self.name = tape, name

    def _with(self, op, other):
        return self.tape.apply(op, self, other if isinstance(other, Traced) else self.tape.input(other))

    def __add__(self, other):
        return self._with("add", other)

    def __sub__(self, other):
        return self._with("sub", other)

    def __mul__(self, other):
        return self._with("mul", other)

    def __pow__(self, exponent):
        return self.tape.apply("square", self) if exponent == 2 else NotImplemented

    __radd__, __rmul__ = __add__, __mul__


def gradient(f, **inputs):
    """The value of f(**inputs) and its gradient by each input; f is any function made of +, -, * and **2."""
    tape = Tape()
    out = f(**{name: tape.input(value, name) for name, value in inputs.items()})
    grads = backprop(tape.graph, tape.values, out.name)
    return tape.values[out.name], {name: grads.get(name, 0.0) for name in inputs}


# %% [markdown]
# Now the example of deck 001, $z = (\langle \mathbf x, \mathbf w \rangle - y)^2$, the squared loss of a linear model.
# `loss` below is an ordinary Python function. It knows nothing of graphs; loops and helper functions inside of it would
# be fine. The numerical gradient of the last assignment agrees to all the digits it has.


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
# And since the tape is a graph, it can be drawn. The names of the operations stand in the circles; compare the two
# arrows into each product: the green number of one is the red number of the other, times what arrives.

# %% tags=["experiment"]
SIGNS = {"add": "+", "sub": "−", "mul": "×", "square": "(·)²", "exp": "exp", "sin": "sin"}


def levels(graph, order):
    """For each node the length of the longest path that leads to it."""
    level = {}
    for node in order:
        level[node] = max((level[name] + 1 for name in graph[node][1]), default=0)
    return level


def draw_traced(f, places, inputs):
    """Traces f and draws its tape; places are those of the inputs, and each gate stands between what it uses."""
    tape = Tape()
    out = f(**{name: tape.input(value, name) for name, value in inputs.items()}).name
    grads, order = backprop(tape.graph, tape.values, out), topo_order(tape.graph, out)
    level, places, labels, wires = levels(tape.graph, order), dict(places), {}, []
    for number, node in enumerate(order):
        op, names = tape.graph[node]
        # Spaces tell apart two gates of one kind; they are not drawn.
        labels[node] = node if op == "input" else SIGNS[op] + " " * number
        if op != "input":
            places[node] = (2.1 * level[node], np.mean([places[name][1] for name in names]))
            slopes = LOCAL[op](*(tape.values[name] for name in names))
            pairs = zip(names, slopes, strict=True)
            wires += [(labels[n], labels[node], tape.values[n], grads[node] * slope) for n, slope in pairs]
    x, y = places[out]
    wires.append((labels[out], "z", tape.values[out], grads[out]))
    drawn = {labels[node]: places[node] for node in order} | {"z": (x + 2.1, y)}
    draw_graph("A traced loss: $z = (x_1 w_1 + x_2 w_2 - y)^2$", drawn, wires, leaves=inputs, size=(10.5, 5.6))


attempt(draw_traced, loss, {"x1": (0, 4.9), "w1": (0, 3.1), "x2": (0, 1.7), "w2": (0, -0.1), "y": (4.2, 0.2)}, point)

# %% [markdown]
# Replace the numbers by arrays, `LOCAL` by backward functions such as those of Questions 3 and 6, and add a few dozen
# gates, and you have the core of PyTorch: `requires_grad=True` puts a leaf on the tape, `loss.backward()` is your
# `backprop`.
#
# ## What to take with you
#
# - A gate needs its inputs, its local derivative and what arrives. Nothing else.
# - Gradients **add** at branches: `+=`. A weight that serves a whole batch is a branch with $N$ arms.
# - The derivative is a sum over all paths; backpropagation never lists them, because it adds before it passes on. One
#   visit per arrow, in reverse topological order.
# - Do not guess transposes. Indices first; then shapes, as a check, and never with a square matrix.
# - A cache is read, not consumed; the caller's arrays are not yours.
# - Exponentiate negative numbers only.
#
# In the next assignment the softmax joins the gates, and its gradient turns out to be the simplest of all.
