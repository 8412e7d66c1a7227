# %% [markdown]
# # Numerical gradients
#
# A network learns by walking downhill, and the gradient is the only thing that tells it where downhill is. Here is the
# unpleasant part: a *wrong* gradient rarely crashes. A forgotten factor, a sign, one entry of a thousand: the loss
# still goes down, only slower and to a worse place, and you blame the learning rate for a week.
#
# In this assignment you build the smoke detector. You will estimate slopes from nothing but values of the function,
# learn how far such an estimate can be trusted (it has a best step size, and you will see it), and then use it to
# convict wrong gradients, among them one that was printed on a lecture slide.
#
# | part | question | points |
# | --- | --- | --- |
# | A. One variable | 1 forward difference · 2 central difference | 5 + 5 |
# | B. Many variables | 3 the numerical gradient · 4 the slide, recomputed and explained | 20 + 10 |
# | C. Is this gradient right? | 5 relative error · 6 gradient check · 7 Jacobian | 10 + 10 + 10 |
# | D. How right can it be? | 8 step study · 9 subgradients | 10 + 5 |
# | E. At scale | 10 directional check · 11 bug hunt | 10 + 5 |
#
# **Sources.** Each formula says which slide it comes from: *000* is "Deep Learning Basics", *001* "Dive into Deep
# Learning in 1 Day", *002* "CSCI 599, Lecture 4".
#
# **Conventions of the course**
#
# - A gradient has the **shape of its parameter**: entry $(i, j)$ of the gradient belongs to entry $(i, j)$ of $W$.
#   (Deck 000, "Generalize to Matrices", writes the transpose, $(k, n)$ for $\mathbf X \in \mathbb R^{n \times k}$. That
#   is the numerator layout; it is consistent, but you could not subtract such a gradient from $W$.)
# - A Jacobian is $(m, n)$: one row per output, one column per input, as in 000, "Derivatives for vectors". Here we
#   agree with the slide.
# - We compute in **float64** unless a question says otherwise.
#
# **How you are graded.** The cell after each answer shows you a few checks. The grader runs others: different *cases*,
# never different *requirements*. Whatever is tested stands in the text of its question.

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

# %% [markdown]
# ## A. One variable
#
# ### The forward difference
#
# Deck 002, "3. Numerical Solution (gradient descent)", starts from the definition
#
# $$\frac{df(x)}{dx} = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h}.$$
#
# A computer has no limits, so we stop early, at some small $h > 0$:
#
# $$D_h^{+} f(x) = \frac{f(x + h) - f(x)}{h}.$$
#
# What does stopping early cost? Deck 000, "Gradient Descent in 1D", expands
# $f(x + \epsilon) = f(x) + \epsilon f'(x) + O(\epsilon^2)$. Write one more term, put $\epsilon = h$, subtract $f(x)$,
# and divide by $h$:
#
# $$D_h^{+} f(x) = f'(x) + \frac{h}{2} f''(x) + O(h^2).$$
#
# The error is proportional to $h$: **first order**. Halve $h$ and you halve the error.
#
# Try it by hand on $f(x) = x^2$: $\big((x + h)^2 - x^2\big)/h = 2x + h$. The error is $h$, exactly; the formula above
# promised $\tfrac h2 \cdot 2$.
#
# ### Question 1: the forward difference (5 points)
#
# Write `forward_diff(f, x, h)`, which returns $D_h^+ f(x)$ as a float.
#
# *Tested:* the value for the $h$ that is given (large ones too); the order of the error; and that the formula looks to
# the *right* of $x$: at the kink of $|x|$ it reports $+1$.


# %% answer="forward_diff"
def forward_diff(f, x, h):
    """The slope of f between x and x + h.

    >>> forward_diff(lambda t: t**2, 3.0, 0.5)
    6.5
    """
    ### BEGIN SOLUTION
    return float((f(x + h) - f(x)) / h)
    ### END SOLUTION


# %% check="test_forward_diff" points=5
slope = forward_diff(lambda t: t**2, 3.0, 0.01)
assert np.ndim(slope) == 0 and isinstance(slope, (float, np.floating)), (
    f"type: forward_diff should return a float, and it returned a {type(slope).__name__}."
)
assert abs(slope - 6.01) < 1e-9, (
    f"value: for f(x) = x**2, x = 3, h = 0.01 the quotient is 2x + h = 6.01, not {slope}. "
    "Hint: evaluate f at x + h and at x, and divide by the same h."
)
errors = [abs(forward_diff(lambda t: t**2, 3.0, h) - 6.0) for h in (0.02, 0.01)]
assert 1.9 < errors[0] / errors[1] < 2.1, (
    f"order: halving h should halve the error; it went from {errors[0]:.3g} to {errors[1]:.3g}."
)
checks_passed()

# %% [markdown]
# ### The central difference
#
# The first error term of the forward difference is even in $h$: stepping to the left gives $+\tfrac{h^2}{2} f''$ as
# well. So step both ways and let it cancel:
#
# $$f(x \pm h) = f(x) \pm h f'(x) + \frac{h^2}{2} f''(x) \pm \frac{h^3}{6} f'''(x) + O(h^4)$$
#
# $$D_h^{0} f(x) = \frac{f(x + h) - f(x - h)}{2h} = f'(x) + \frac{h^2}{6} f'''(x) + O(h^4).$$
#
# The same two evaluations, and the error is now **second order**: halve $h$ and it falls to a quarter. At $h = 0.001$
# that is the difference between three correct digits and six. None of the lecture decks shows this formula; in practice
# nobody checks a gradient with anything else.
#
# ### Question 2: the central difference (5 points)
#
# Write `central_diff(f, x, h)`, which returns $D_h^0 f(x)$ as a float. Some books step $h/2$ to each side and divide by
# $h$; the order is the same and you may do that.
#
# *Tested:* the order of the error; parabolas, for which $f''' = 0$, so that even a huge $h$ gives the exact slope; and
# kinks, where the two one-sided slopes are averaged.


# %% answer="central_diff"
def central_diff(f, x, h):
    """The slope of f between x - h and x + h.

    >>> central_diff(lambda t: t**2, 3.0, 0.5)
    6.0
    """
    ### BEGIN SOLUTION
    return float((f(x + h) - f(x - h)) / (2 * h))
    ### END SOLUTION


# %% check="test_central_diff" points=5
slope = central_diff(lambda t: t**3, 2.0, 0.01)
assert np.ndim(slope) == 0 and isinstance(slope, (float, np.floating)), (
    f"type: central_diff should return a float, and it returned a {type(slope).__name__}."
)
assert abs(slope - 12.0) < 2e-4, (
    f"value: for f(x) = x**3, x = 2, h = 0.01 the slope should be 12 up to h**2 = 0.0001, and it is {slope}. "
    "Hint: how far apart are the two points you evaluated? Divide by that."
)
errors = [abs(central_diff(lambda t: t**3, 2.0, h) - 12.0) for h in (0.02, 0.01)]
assert 3.8 < errors[0] / errors[1] < 4.2, (
    f"order: halving h should quarter the error; it went from {errors[0]:.3g} to {errors[1]:.3g}. "
    "Hint: a factor of 2 means that one of the two points is still x itself."
)
checks_passed()

# %% [markdown]
# The picture shows why. The forward secant (orange) is anchored at $x$ and bends away with the curve; the central
# secant (blue) straddles $x$, and is almost parallel to the tangent even at this absurdly large $h = 0.8$.


# %% tags=["experiment"]
def wave(t):
    """The test function of this notebook: exp(t) sin(t)."""
    return np.exp(t) * np.sin(t)


def wave_slope(t):
    """Its derivative, by the product rule (001, "Calculus 101")."""
    return np.exp(t) * (np.sin(t) + np.cos(t))


def draw_secants(at, h):
    """The curve, its tangent at `at`, and the two secants."""
    near, far = np.linspace(at - 1.25 * h, at + 1.25 * h, 200), np.array([at - 1.2 * h, at + 1.2 * h])
    lines = [
        ("tangent", wave_slope(at), at, "black", "--"),
        ("forward secant", forward_diff(wave, at, h), at, ORANGE, "-"),
        ("central secant", central_diff(wave, at, h), at - h, BLUE, "-"),
    ]
    plt.plot(near, wave(near), color="0.7", lw=4, label="$f(x) = e^x \\sin x$")
    for name, slope, through, color, style in lines:
        line = wave(through) + slope * (far - through)
        plt.plot(far, line, color=color, ls=style, label=f"{name}, slope {slope:.2f}")
    plt.plot([at - h, at, at + h], wave(np.array([at - h, at, at + h])), "o", color="black", ms=6, zorder=3)
    plt.xticks([at - h, at, at + h], ["$x - h$", "$x$", "$x + h$"])
    plt.title("The central secant is nearly parallel to the tangent")
    plt.ylabel("$f$")
    plt.legend()
    plt.show()


attempt(draw_secants, 0.6, 0.8)

# %% [markdown]
# ## B. Many variables
#
# Deck 002 says it in one line: *the gradient is the vector of partial derivatives in a higher dimension*. A partial
# derivative is an ordinary derivative along one coordinate while all the others **stand still**. With $\mathbf e_i$ the
# array that is 1 at position $i$ and 0 elsewhere,
#
# $$\big[\nabla f(\mathbf x)\big]_i \approx \frac{f(\mathbf x + h\,\mathbf e_i) - f(\mathbf x - h\,\mathbf e_i)}{2h} .$$
#
# Here $i$ runs over *all* positions of $\mathbf x$, whatever its number of axes: a scalar has one (its index is the
# empty tuple), a bias vector $D$, a weight matrix $C \cdot D$, an empty array none. For $n$ entries that makes $2n$
# evaluations of $f$.
#
# Simple as it looks, this is the function that people get wrong. Things that have gone wrong in famous courses:
#
# - The input was an integer array. Adding $10^{-5}$ to an integer entry leaves it as it is, subtracting it takes away a
#   whole 1 (NumPy cuts off the fraction), and the slope of $x^2$ at 3 came out as $(9 - 4)/(2 \cdot 10^{-5}) = 250000$.
# - The input was a transposed array. `x.reshape(-1)` then makes a **copy**; the loop perturbed the copy, $f$ never
#   noticed, and the gradient was zero.
# - The loop wrote into the caller's array and stepped back. $(x + h) - h$ is not always $x$ in floating point: the
#   weights drifted with each check.
# - An entry was perturbed and never restored before the next one. You will meet that one on a slide in a moment.
#
# ### Question 3: the gradient of any array (20 points)
#
# Write `numerical_gradient(f, x, h=1e-5)` with central differences.
#
# *Tested:*
#
# - `x` is an array of **any shape**, `()` and sizes of zero included; a nested list is as good as an array. The result
#   has the shape of `x`. Return float64; float32 or a nested list of the right shape is accepted too, six digits are
#   enough.
# - `x` may hold **integers** or float32. Convert to float64 *before* you step.
# - `x` may lie in memory in any way: transposed, Fortran-ordered, every second column of something.
# - `x` may be **read-only**, and in any case the caller's array is byte for byte the same afterwards.
# - `f` may be expensive: at most $2n + 4$ evaluations.
# - `h` is **used**: each evaluated point differs from `x` in at most one entry, by $h$ (or $h/2$, see Question 2), on
#   both sides; the error is of second order.
# - `f` receives float64 arrays of the shape of `x`, and returns a number. The entries of `x` may interact in `f`.


# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    """The gradient of the scalar function f at x by central differences, in the shape of x.

    >>> numerical_gradient(lambda p: p[0] * p[1], [3, 4]).round(6)
    array([4., 3.])
    """
    ### BEGIN SOLUTION
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% check="test_numerical_gradient" points=20
def sum_of_squares(p):
    """Its gradient is 2p, whatever the shape of p."""
    return np.sum(np.asarray(p) ** 2)


grad = numerical_gradient(sum_of_squares, np.array([3.0, 4.0]))
assert isinstance(grad, (np.ndarray, list)), (
    f"type: numerical_gradient should return an array, and it returned a {type(grad).__name__}."
)
assert np.shape(grad) == (2,), f"shape: x has shape (2,), and the gradient has shape {np.shape(grad)}."
assert np.allclose(grad, [6.0, 8.0], rtol=1e-6), (
    f"value: the gradient of the sum of squares at [3, 4] is [6, 8], not {grad}. "
    "Hint: take central differences, and put each entry back before you step along the next one."
)
grad = numerical_gradient(sum_of_squares, np.ones((2, 3)))
assert np.shape(grad) == (2, 3), (
    f"shape: for an x of shape (2, 3) the gradient has shape (2, 3), not {np.shape(grad)}. "
    "Hint: np.ndindex(x.shape) walks over every position of an array, however many axes it has."
)
checks_passed()

# %% [markdown]
# With a gradient in hand, draw it. Three things to see: the arrows stand at right angles on the level lines, they point
# *uphill* (learning walks the other way: 000, "Gradient Descent in General"), and they are long where the lines are
# close together.


# %% tags=["experiment"]
def valley(p):
    """A curved valley with two lowest points."""
    return 0.5 * (p[0] ** 2 - 1) ** 2 + (p[1] - 0.5 * p[0]) ** 2


def draw_gradients(f, reach=1.7):
    """Level lines of f at equal distances, and its numerical gradient on a grid of points."""
    fine, coarse = np.linspace(-reach, reach, 240), np.linspace(-1.4, 1.4, 11)
    heights, levels = f(np.array(np.meshgrid(fine, fine))), np.arange(0.0, 4.01, 0.25)
    points = np.array([[a, b] for a in coarse for b in coarse])
    slopes = np.array([numerical_gradient(f, point) for point in points])
    figure, axis = plt.subplots(figsize=(7, 6))
    filled = axis.contourf(fine, fine, heights, levels=levels, cmap="Blues", extend="max", alpha=0.85)
    axis.contour(fine, fine, heights, levels=levels, colors="white", linewidths=0.8)
    arrows = {"color": ORANGE, "angles": "xy", "scale_units": "xy", "scale": 14, "width": 0.005, "headwidth": 4}
    axis.quiver(*points.T, *slopes.T, zorder=2, label=r"$\nabla f$, by differences", **arrows)
    axis.plot([-1, 1], [-0.5, 0.5], "o", color=RED, ms=7, ls="none", label=r"lowest points: $\nabla f = 0$")
    axis.set(aspect="equal", xlabel="$p_0$", ylabel="$p_1$", title="The gradient points uphill, across the level lines")
    axis.grid(False)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.11), ncols=2)
    figure.colorbar(filled, ax=axis, label="$f(p)$", shrink=0.85)
    plt.show()


attempt(draw_gradients, valley)

# %% [markdown]
# ### The slide, recomputed
#
# Deck 002, "3. Numerical Solution (gradient descent)", computes its first two gradient entries in front of the
# audience. The setting is
#
# $$W = \begin{pmatrix} -0.1 & 0.2 & 0.15 & 0.05 \\ 0.25 & 0.05 & 0.2 & -0.1 \\ 0.25 & 0.15 & -0.15 & 0.4 \end{pmatrix}, \quad
# \mathbf x = \begin{pmatrix} 0.1 \\ 1.5 \\ 0.07 \\ 2.32 \end{pmatrix}, \quad
# \mathbf y^* = \begin{pmatrix} 0 \\ 1 \\ 0 \end{pmatrix}, \quad
# L(W) = \lVert W \mathbf x - \mathbf y^* \rVert_2$$
#
# and $h = 0.001$. (A warning about a word: a few slides earlier the same deck defines "$L_2$ loss" as the *squared*
# norm, and from the next assignment on so do we. Here, to follow the table, the norm is **not** squared.) The slides
# read:
#
# | | the slide's $L(W)$ | the slide's $L(W + h)$ | the slide's quotient |
# | --- | --- | --- | --- |
# | entry $(0, 0)$ | 1.6688 | 1.6693 | 0.5 |
# | entry $(0, 1)$ | 1.6688 | 1.6697 | 0.9 |
#
# Both quotients are wrong, and not by a little. Before you read on, ask the tool you have just written.
#
# ### Question 4: the slide, recomputed and explained (6 points, and 4 for the explanation)
#
# Write `slide_case(W, x, y)`, which returns the pair `(L, grad)`: the loss as a float and its gradient with respect to
# $W$, in the shape of $W$, **to six decimals**. How you get the gradient is up to you. Your `numerical_gradient` is
# accurate enough. Or derive it with the chain rule: with the residual $\mathbf r = W \mathbf x - \mathbf y$ you know
# $\partial r_k / \partial W_{ij}$, and
# $\partial \lVert \mathbf r \rVert_2 / \partial r_k = r_k / \lVert \mathbf r \rVert_2$. Do both, and you have checked a
# gradient.
#
# *Tested:* the loss and the whole matrix for the numbers of the slide; other sizes of $W$; that $W$ is not modified.


# %% answer="slide_case"
def slide_case(W, x, y):
    """The loss |W x - y| (not squared) and its gradient with respect to W, in the shape of W."""
    ### BEGIN SOLUTION
    # dL/dW_ij = sum_k (r_k / L) dr_k/dW_ij, and dr_k/dW_ij is x_j where k = i and 0 elsewhere.
    residual = np.asarray(W) @ x - y
    loss = np.sqrt(np.sum(residual**2))
    return float(loss), np.outer(residual, x) / loss
    ### END SOLUTION


# %% check="test_slide_case" points=6
W = np.array([[-0.1, 0.2, 0.15, 0.05], [0.25, 0.05, 0.2, -0.1], [0.25, 0.15, -0.15, 0.4]])
x = np.array([0.1, 1.5, 0.07, 2.32])
y = np.array([0.0, 1.0, 0.0])

answer = slide_case(W, x, y)
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: slide_case should return the pair (L, grad), and it returned a {type(answer).__name__}."
)
loss, grad = answer
assert abs(loss - 1.669267) < 1e-6, (
    f"value: L(W) is 1.669267, not {loss}. "
    "Hint: 2.786453 is the squared norm; 1.6688 is what the slide printed, and Question 4 asks why."
)
assert np.shape(grad) == (3, 4), f"shape: the gradient has the shape of W, (3, 4), not {np.shape(grad)}."
checks_passed()

# %% [markdown]
# ### Question 4, the explanation (4 points, graded by a person)
#
# The slide shows the scores $W \mathbf x$ as $(0.416, -0.118, 1.167)$ and writes "$W + h$" with the entry $(0, 0)$
# *and* the entry $(0, 1)$ increased when it computes the second quotient. Recompute what you need in a cell of your
# own, then explain in your own words:
#
# 1. Which of the slide's three losses is off, by how much, and where does this come from? What does it do to a quotient
#    with $h = 0.001$?
# 2. What would the second quotient be if only that loss were corrected? Why is it *still* not the entry $(0, 1)$ of the
#    gradient?
# 3. Suppose each printed loss may be wrong by half a unit of its last decimal. How many decimals must one keep so that,
#    at $h = 0.001$, this alone moves a quotient by no more than $0.01$?

# %% [markdown] written="explain_the_slide" points=4
# *Where do 0.5 and 0.9 come from?*
#
# ### BEGIN SOLUTION
# 1. $L(W)$ is off: it is $1.669267$ and the slide has $1.6688$, too small by $0.00047$. It was computed from the scores
#    cut to three decimals: the norm of $(0.416, -1.118, 1.167)$ is $1.66879$, while the scores are
#    $(0.4165, -0.118, 1.1675)$. The other two losses are right to four decimals. A quotient divides this error by
#    $h = 0.001$: it becomes $0.47$. So $0.5$ is $0.47$ of rounding and $0.025$ of gradient.
# 2. With the right $L(W)$ the second quotient is $(1.669667 - 1.669267)/0.001 = 0.400$. The entry $(0, 0)$ was never
#    put back, so this is the sum of *two* partial derivatives, $0.025 + 0.374$. The entry alone is $0.374266$ (a
#    forward quotient at this $h$ gives $0.3749$).
# 3. Two losses, each off by at most $\tfrac12 10^{-d}$, move the quotient by up to $10^{-d}/h = 10^{3-d}$. For $0.01$
#    we need $d \ge 5$ decimals. Four decimals, as on the slide, allow an error of $0.1$: four times the entry $(0, 0)$.
# ### END SOLUTION

# %% [markdown]
# ## C. Is this gradient right?
#
# ### How different are two numbers?
#
# You have a gradient from a formula, $a$, and one from differences, $b$. They never agree to the last digit.
# "$|a - b| < 0.001$" is a poor test: for gradients around $10^{-5}$ everything passes, for gradients around $10^{5}$
# nothing does. So compare with the size of the numbers themselves, entry by entry:
#
# $$\operatorname{rel}(a, b) = \frac{|a - b|}{\max\{\,|a|,\; |b|,\; \varepsilon\,\}} .$$
#
# Read the denominator from left to right. $|a|$ and $|b|$ both: so
# $\operatorname{rel}(a, b) = \operatorname{rel}(b, a)$, for there is no "true" one. The larger of the two: so that a
# claimed 0 against a measured 5 counts as 1, not as infinity. And the floor $\varepsilon$: numbers far below it count
# as zero, and $0$ against $0$ is an error of $0$, not $0/0$.
#
# ### Question 5: relative error (10 points)
#
# Write `relative_error(a, b, eps=1e-8)`: the array of relative errors, entry by entry, in the shape of `a` and `b`
# (which are arrays or lists of the same shape).
#
# *Tested:* the shape; lists and integers; symmetry; $0/0$ gives 0; negative entries (two numbers of opposite sign can be as far apart as
# 2); entries of very different sizes next to each other, each judged by its *own* size; and that `eps` is a floor in
# the maximum and is not added.


# %% answer="relative_error"
def relative_error(a, b, eps=1e-8):
    """|a - b| / max(|a|, |b|, eps), entry by entry.

    >>> relative_error([1.0, 0.0], [2.0, 0.0])
    array([0.5, 0. ])
    """
    ### BEGIN SOLUTION
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    size = np.maximum(np.maximum(np.abs(a), np.abs(b)), eps)
    return np.abs(a - b) / size
    ### END SOLUTION


# %% check="test_relative_error" points=10
error = relative_error(np.array([1.0, 4.0, 10.0]), np.array([2.0, 4.0, 9.0]))
assert np.shape(error) == (3,), (
    f"shape: two arrays of shape (3,) have three relative errors, and the result has shape {np.shape(error)}. "
    "Hint: np.maximum compares entry by entry; np.max gives one number for all."
)
assert np.allclose(error, [0.5, 0.0, 0.1]), (
    f"value: [1, 4, 10] against [2, 4, 9] should give [0.5, 0, 0.1], not {error}. "
    "Hint: divide by the larger of |a| and |b|, not by their sum."
)
checks_passed()

# %% [markdown]
# ### The gradient check
#
# Now put the pieces together. Somebody hands you a function $f$ and claims that $g(\mathbf x)$ is its gradient. Measure
# the gradient, compare, and report two things: whether the claim holds, and *where it is worst*. The second is what
# saves an afternoon: "entry (2, 1)" sends you to a line of code, "wrong" does not.
#
# One detail decides whether such a check is usable: where the gradient is exactly 0, the measured one is about
# $10^{-11}$, pure rounding noise. With $\varepsilon = 10^{-8}$ that is a relative error of $10^{-3}$ and a false alarm.
# Here we take $\varepsilon = 10^{-3}$: entries below it are judged by their absolute error.
#
# ### Question 6: gradient check (10 points)
#
# Write `gradient_check(f, g, x, tol=1e-6)`, which returns the pair `(ok, worst)`.
#
# - `ok` is True when the relative error between $g(\mathbf x)$ and the numerical gradient (with
#   $\varepsilon = 10^{-3}$) is at most `tol` in *every* entry, else False.
# - `worst` is the index of the entry with the largest relative error: a tuple of integers, one for each axis, so that
#   `x[worst]` is that entry.
#
# *Tested:* right gradients; entries that are zero, right and wrong; wrong gradients, and a single wrong entry in a
# matrix; that `tol` decides; that "worst" means worst *relatively* (a small entry can be completely wrong while a large
# one is a little off); and a claim that contains `nan`, which is never right. (Careful: every comparison with nan is
# False, `nan > tol` as well.)


# %% answer="gradient_check"
def gradient_check(f, g, x, tol=1e-6):
    """Whether g(x) is the gradient of f at x, and the index of the worst entry."""
    ### BEGIN SOLUTION
    error = relative_error(g(x), numerical_gradient(f, x), eps=1e-3)
    worst = np.unravel_index(np.argmax(error), error.shape)
    # argmax stops at a nan, and "nan <= tol" is False: a nan is reported, not overlooked.
    return bool(error[worst] <= tol), tuple(int(i) for i in worst)
    ### END SOLUTION


# %% check="test_gradient_check" points=10
def sum_of_cubes(p):
    """Its gradient is 3 p**2."""
    return np.sum(np.asarray(p) ** 3)


answer = gradient_check(sum_of_cubes, lambda p: 3 * np.asarray(p) ** 2, np.array([1.0, 2.0, 3.0]))
assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
    f"type: gradient_check should return the pair (ok, worst), and it returned a {type(answer).__name__}."
)
assert isinstance(answer[0], (bool, np.bool_)), (
    f"type: the first of the pair should be True or False, not {answer[0]!r}."
)
assert answer[0], "value: 3 x**2 is the gradient of the sum of cubes, and the check rejects it."

ok, worst = gradient_check(sum_of_cubes, lambda p: np.array([3.0, 12.0, 20.0]), np.array([1.0, 2.0, 3.0]))
assert not ok, "value: [3, 12, 20] is not the gradient of the sum of cubes at [1, 2, 3], and the check accepts it."
assert tuple(np.atleast_1d(worst)) == (2,), (
    f"value: [3, 12, 20] should be [3, 12, 27], so the worst entry is (2,), not {worst}. "
    "Hint: np.argmax counts in the flattened array; np.unravel_index turns that into a position."
)
checks_passed()

# %% [markdown]
# ### Many outputs: the Jacobian
#
# Layers return vectors. For $F: \mathbb R^n \to \mathbb R^m$, deck 000, "Derivatives for vectors", collects all partial
# derivatives in an $m \times n$ matrix,
#
# $$\Big[\frac{\partial \mathbf y}{\partial \mathbf x}\Big]_{ij} = \frac{\partial y_i}{\partial x_j},$$
#
# row $i$ for output $i$, column $j$ for input $j$. The slide's table of examples contains the best test case there is:
# for $\mathbf y = A \mathbf x$ the Jacobian is $A$.
#
# Think about *what one evaluation tells you* before you write a loop. A step along $x_j$ moves all $m$ outputs at once,
# so two evaluations give a whole **column**. $2n$ evaluations suffice, whatever $m$ is.
#
# ### Question 7: the Jacobian (10 points)
#
# Write `numerical_jacobian(F, x)` with central differences and $h = 10^{-5}$. `x` is a vector of length $n \ge 1$, `F`
# returns a vector of length $m$, as an array or as a list, and the result has shape $(m, n)$.
#
# *Tested:* wide and tall $A$; functions that are not linear; $m = 1$ and $n = 1$, which are matrices too; at most
# $2n + 4$ evaluations; integer `x`; that `x` is not modified.


# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    """The (m, n) matrix of dF_i/dx_j at x, by central differences."""
    ### BEGIN SOLUTION
    x, h = np.array(x, dtype=np.float64), 1e-5
    columns = []
    for e in np.eye(len(x)):
        ahead, behind = np.asarray(F(x + h * e)), np.asarray(F(x - h * e))
        columns.append((ahead - behind) / (2 * h))
    return np.stack(columns, axis=1)
    ### END SOLUTION


# %% check="test_numerical_jacobian" points=10
A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
jacobian = numerical_jacobian(lambda p: A @ p, np.array([0.5, -1.0, 2.0]))
assert np.shape(jacobian) == (2, 3), (
    f"shape: 2 outputs and 3 inputs make a Jacobian of shape (2, 3), and yours has {np.shape(jacobian)}. "
    "Hint: one row per output; a step along one input gives one column."
)
assert np.allclose(jacobian, A, atol=1e-6), (
    f"value: the Jacobian of A x is A = {A.tolist()}, not {np.asarray(jacobian).tolist()}."
)
checks_passed()

# %% [markdown]
# ## D. How right can it be?
#
# ### Two errors that pull in opposite directions
#
# If a smaller $h$ is better, why not $h = 10^{-15}$? Because $f$ is not computed exactly. Every stored number carries a
# relative error of up to the unit round-off $u$: $2^{-53} \approx 1.1 \cdot 10^{-16}$ in float64,
# $2^{-24} \approx 6 \cdot 10^{-8}$ in float32. So $f(x + h)$ and $f(x)$ are each off by about $u|f|$, their difference
# by up to $2u|f|$, and dividing by $h$ **magnifies** that:
#
# $$E^{+}(h) \approx \underbrace{\frac{h}{2}|f''|}_{\text{truncation}} + \underbrace{\frac{2u|f|}{h}}_{\text{round-off}}, \qquad
# E^{0}(h) \approx \frac{h^2}{6}|f'''| + \frac{u|f|}{h}.$$
#
# Set the derivative with respect to $h$ to zero:
#
# $$h^{+}_{\text{best}} = 2\sqrt{u\,|f/f''|} \;\sim\; u^{1/2}, \qquad h^{0}_{\text{best}} = \big(3u\,|f/f'''|\big)^{1/3} \;\sim\; u^{1/3}.$$
#
# Put the best $h$ back in: the forward difference can reach an error of order $u^{1/2}$, *half* the digits of the
# machine, and the central difference $u^{2/3}$, *two thirds* of them. In float64 this means $h \approx 10^{-8}$ and 8
# digits, against $h \approx 10^{-5}$ and 11 digits. That is where the default `h=1e-5` comes from. In float32 the
# central difference has its best step near $10^{-3}$ to $10^{-2}$ and five or six digits, which is why nobody checks
# gradients in float32.
#
# On log–log axes both terms are straight lines, so the error draws a **V**. Measure it.
#
# ### Question 8: step study (10 points)
#
# Write `step_study(f, df, x, hs, dtype)`, which returns an array of shape `(2, len(hs))`: row 0 holds the errors of the
# *forward* difference, row 1 those of the *central* difference, in the order of `hs`. An error is the absolute
# difference between the quotient and the true slope `df(x)`.
#
# - `dtype` is the string `"float64"` or `"float32"`. The study must *happen* in this type: `x`, the steps, the values
#   of `f` and the quotient. A float32 study in which one float64 number takes part becomes a float64 study without a
#   word: NumPy promotes. (Casting the finished quotient is not enough either; why?)
# - `f` is made of NumPy functions: it accepts a number or an array, and returns the type that it was given.
# - The true slope is always taken in float64: the ruler should be better than what it measures. The grader chooses an
#   `x` that float32 holds exactly.
#
# *Tested:* shape and order; the slopes of the truncation side (1 and 2); the round-off side, which rises as $h$ shrinks
# (slope about $-1$); that float32 errors are those of float32, and that in such a study `f` is given float32 only; that
# errors are not negative.


# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    """Errors of the forward (row 0) and the central difference (row 1) at x, one column for each step of hs."""
    ### BEGIN SOLUTION
    x, hs = np.dtype(dtype).type(x), np.asarray(hs, dtype=dtype)
    ahead, here, behind = f(x + hs), f(x), f(x - hs)
    quotients = np.stack([(ahead - here) / hs, (ahead - behind) / (2 * hs)])
    return np.abs(quotients.astype(np.float64) - df(float(x)))
    ### END SOLUTION


# %% check="test_step_study" points=10
errors = step_study(np.exp, np.exp, 1.0, [1e-1, 1e-2, 1e-3], "float64")
assert np.shape(errors) == (2, 3), (
    f"shape: three steps and two formulas make an array of shape (2, 3), and yours has {np.shape(errors)}."
)
assert np.all(np.asarray(errors) >= 0), "value: an error is an absolute difference, and some of yours are negative."
assert errors[1][2] < errors[0][2], (
    "value: at h = 1e-3 the central difference should beat the forward difference. "
    "Hint: row 0 is forward, row 1 is central."
)
checks_passed()

# %% [markdown]
# Here is the picture this whole assignment turns on: the error of both formulas for $e^x \sin x$ at $x = 1$, in both
# precisions. The dashed lines are the truncation of the theory above and the dotted one its round-off, for float64. Find the left branch (round-off,
# ragged, slope $-1$), the right branches (truncation, smooth, slopes 1 and 2), and the best step of each formula.
# (Single points dip far below the dotted line: two rounding errors may cancel by luck. Do not build on it.) In the
# float32 panel, ask yourself why the curves become *flat* at the far left.


# %% tags=["experiment"]
def draw_errors(axis, hs, dtype):
    """The V of both formulas in one precision; a star marks the best power of ten (every fourth step)."""
    errors = step_study(wave, wave_slope, 1.0, hs, dtype)
    for name, color, row in zip(("forward", "central"), (ORANGE, BLUE), np.asarray(errors), strict=True):
        best = 4 * np.argmin(row[::4])
        label = f"{name}: {row[best]:.0e} at h = {hs[best]:.0e}"
        axis.loglog(hs, np.where(row > 0, row, np.nan), ".-", color=color, ms=4, lw=1, label=label)
        axis.loglog(hs[best], row[best], "*", color=color, ms=15, mec="black", zorder=3)
    axis.set(title=f"in {dtype}", xlabel="step $h$", ylim=(1e-12, 1e2))


def draw_theory(axis, hs):
    """Truncation and round-off of exp(x) sin(x) at 1, as derived above, for float64."""
    value, second, third = wave(1.0), 2 * np.e * np.cos(1.0), 2 * np.e * abs(np.cos(1.0) - np.sin(1.0))
    dashed, dotted = {"ls": "--", "color": "0.35", "lw": 1.2}, {"ls": ":", "color": "0.35", "lw": 1.6}
    axis.loglog(hs, hs * second / 2, **dashed, label="truncation: $h|f''|/2$ and $h^2|f'''|/6$")
    axis.loglog(hs, hs**2 * third / 6, **dashed)
    axis.loglog(hs, 2.0**-53 * value / hs, **dotted, label="round-off: $u|f|/h$")


def draw_v_curves(hs):
    """The error against h, for two formulas and two precisions."""
    figure, axes = plt.subplots(1, 2, figsize=(11.5, 5), sharey=True)
    draw_errors(axes[0], hs, "float64")
    draw_errors(axes[1], hs, "float32")
    draw_theory(axes[0], hs)
    axes[0].set_ylabel("|quotient − true slope|")
    axes[0].legend(loc="upper center", fontsize=9)
    axes[1].legend(loc="lower left", fontsize=9)
    figure.suptitle("The error of a numerical derivative is a V (stars: the best power of ten)")
    figure.tight_layout()
    plt.show()


attempt(draw_v_curves, 10.0 ** np.arange(-15, 0.01, 0.25))

# %% [markdown]
# And now the slide again, with new eyes. Printing $L$ with four decimals is the same as computing in a very coarse
# arithmetic, one with $u|f| \approx 5 \cdot 10^{-5}$. Its V has its bottom near $h = 10^{-2}$, and the slide's
# $h = 10^{-3}$ sits high on the round-off branch. The slide did not choose a bad formula; it chose a step that its
# decimals could not carry, and computed one of its losses from scores with three decimals (the red star).


# %% tags=["experiment"]
def draw_slide(hs, decimals=4):
    """The error of entry (0, 1) against h, from exact losses and from losses printed with few decimals."""
    target = slide_case(W, x, y)[1][0][1]
    one = np.zeros(W.shape)
    one[0, 1] = 1.0

    def error(round_off):
        """Forward quotients of a loss that passes through round_off."""
        losses = [round_off(np.linalg.norm((W + h * one) @ x - y)) for h in hs]
        return np.abs((np.array(losses) - round_off(np.linalg.norm(W @ x - y))) / hs - target)

    plt.loglog(hs, error(float), color=BLUE, label="losses in float64")
    printed = error(lambda loss: round(float(loss), decimals))
    plt.loglog(hs, printed, ".-", ms=4, lw=1, color=ORANGE, label=f"losses printed with {decimals} decimals")
    plt.loglog(hs, 10.0**-decimals / hs, ":", color="0.35", label="worst case of printing: $10^{-4}/h$")
    plt.loglog(0.001, 0.9 - target, "*", color=RED, ms=16, mec="black", zorder=3, label="the slide: 0.9, not 0.374")
    plt.axhline(target, color="0.7", lw=1)
    plt.text(hs[0], target * 1.25, "size of the entry itself", color="0.4", fontsize=9)
    plt.title("Few decimals are a coarse arithmetic: the V moves up and to the right")
    plt.xlabel("step $h$")
    plt.ylabel("|quotient − true entry (0, 1)|")
    plt.legend(fontsize=9)
    plt.show()


attempt(draw_slide, 10.0 ** np.arange(-5, 0.01, 0.04))

# %% [markdown]
# ### Where there is no derivative
#
# All of this assumed a Taylor expansion. At a kink there is none, and networks are full of kinks: every ReLU has one.
# Deck 000, "Calculus - Non-differentiable", extends the derivative: at the kink, *any* slope between the slopes on the
# two sides is allowed,
#
# $$\frac{\partial |x|}{\partial x} = \begin{cases} 1 & x > 0 \\ -1 & x < 0 \\ a \in [-1, 1] & x = 0\end{cases} \qquad\qquad
# \frac{\partial}{\partial x} \max(x, 0) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \\ a \in [0, 1] & x = 0 .\end{cases}$$
#
# Geometrically: $g$ is a subgradient at $x$ when the line with slope $g$ through $(x, f(x))$ stays below the graph.
#
# Your own tools make different choices here. At 0, `forward_diff` of ReLU says 1, `central_diff` says $\tfrac12$, and
# deep-learning libraries say 0. All three are *valid*. A gradient check at a kink can therefore report an "error" where
# nobody made one; check somewhere else.
#
# ### Question 9: subgradients (5 points)
#
# Write `valid_subgradient(kind, x, g)`, which returns True when the number $g$ is a subgradient of the function `kind`
# at the number $x$, else False. `kind` is `"relu"` or `"abs"`; anything else raises a `ValueError`.
#
# *Tested:* the whole closed interval at 0 (its ends belong to it) and just outside it, for both functions; away from 0
# only the slope itself is valid, and "away" is meant exactly: $10^{-300}$ is not 0.


# %% answer="valid_subgradient"
def valid_subgradient(kind, x, g):
    """Whether g is a subgradient of "relu" or "abs" at x."""
    ### BEGIN SOLUTION
    left_slopes = {"relu": 0.0, "abs": -1.0}
    if kind not in left_slopes:
        raise ValueError(f"kind is 'relu' or 'abs', not {kind!r}")
    lowest = 1.0 if x > 0 else left_slopes[kind]
    highest = left_slopes[kind] if x < 0 else 1.0
    return bool(lowest <= g <= highest)
    ### END SOLUTION


# %% check="test_valid_subgradient" points=5
for g, expected in ((0.5, True), (0.0, True), (1.5, False)):
    verdict = valid_subgradient("relu", 0.0, g)
    assert isinstance(verdict, (bool, np.bool_)), (
        f"type: valid_subgradient should return True or False, not {verdict!r}."
    )
    assert verdict == expected, (
        f"value: at x = 0 the subgradients of ReLU are the numbers from 0 to 1, and for g = {g} you say {verdict}."
    )
assert valid_subgradient("relu", 2.0, 1.0), "value: at x = 2 the slope of ReLU is 1."
checks_passed()


# %% tags=["experiment"]
def draw_subgradients():
    """Lines below the graph of ReLU and |x| through the kink; each slope is a subgradient."""
    t = np.linspace(-1, 1, 201)
    figure, axes = plt.subplots(1, 2, figsize=(10.5, 4), sharey=True)
    for axis, kind, curve in zip(axes, ("relu", "abs"), (np.maximum(t, 0), np.abs(t)), strict=True):
        for g in np.linspace(-1.5, 1.5, 13):
            valid = valid_subgradient(kind, 0.0, g)
            style = {"color": GREEN, "lw": 1.1} if valid else {"color": RED, "lw": 0.8, "ls": ":"}
            axis.plot(t, g * t, alpha=0.9 if valid else 0.6, zorder=1, **style)
        axis.plot(t, curve, color="black", lw=2.5, zorder=2)
        axis.set(title={"relu": "$\\max(x, 0)$", "abs": "$|x|$"}[kind], xlabel="$x$", ylim=(-1.05, 1.2))
    axes[0].plot([], [], color=GREEN, label="subgradient: stays below the graph")
    axes[0].plot([], [], color=RED, ls=":", label="no subgradient: cuts through it")
    figure.suptitle("At a kink a whole fan of slopes is valid")
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.legend(loc="lower center", ncols=2)
    plt.show()


attempt(draw_subgradients)

# %% [markdown]
# ## E. At scale
#
# ### One direction instead of all
#
# A gradient check of a model with a million weights costs two million forward passes. (This is also why nobody *trains*
# with numerical gradients, and what backpropagation, the subject of the coming assignments, will do for the price of
# about one.) But to *check* a gradient you need not measure all of it. The slope along one direction $\mathbf v$ is
#
# $$\frac{f(\mathbf x + h \mathbf v) - f(\mathbf x - h \mathbf v)}{2h} \approx \sum_i \big[\nabla f(\mathbf x)\big]_i v_i ,$$
#
# two evaluations, whatever $n$ is. If the claim $g$ is off by $\boldsymbol\delta$, the two sides differ by
# $\sum_i \delta_i v_i$. For a *random* $\mathbf v$ with, say, normally distributed entries that is zero with
# probability zero, even if $\boldsymbol\delta$ has a single nonzero entry among a million. For a fixed $\mathbf v$,
# like all ones, errors can cancel; and if $\mathbf v$ touches only a few entries, the others are never looked at. So
# $\mathbf v$ has to be random *and dense*.
#
# ### Question 10: directional check (10 points)
#
# Write `directional_check(f, g, x, rng, k)`: draw $k$ random dense directions in the shape of `x` from `rng`, a
# `numpy.random.Generator` (for example with `rng.standard_normal(x.shape)`), and return True when along **all** of them
# the central difference with $h = 10^{-5}$ agrees with $\sum_i g_i v_i$ to a relative error of $10^{-5}$ (with
# $\varepsilon = 10^{-3}$ as in Question 6), else False.
#
# *Tested:* right gradients of vectors and of matrices; functions with large slopes, for which the relative error decides,
# and flat ones, for which the floor does; a wrong gradient along a single direction, whatever the sign of the
# difference; one wrong entry among hundreds; errors that cancel in the sum of all entries; at most $2k + 4$ evaluations
# of `f`; and that the directions come from `rng`: the same seed gives the same evaluations, another seed others.


# %% answer="directional_check"
def directional_check(f, g, x, rng, k):
    """Whether g(x) gives the right slope of f along each of k random directions from rng."""
    ### BEGIN SOLUTION
    x, claimed, h = np.asarray(x, dtype=np.float64), np.asarray(g(x)), 1e-5
    for _ in range(k):
        v = rng.standard_normal(x.shape)
        measured, expected = (f(x + h * v) - f(x - h * v)) / (2 * h), np.sum(claimed * v)
        if not abs(measured - expected) <= 1e-5 * max(abs(measured), abs(expected), 1e-3):
            return False
    return True
    ### END SOLUTION


# %% check="test_directional_check" points=10
here = np.linspace(-1.0, 1.0, 50)
verdict = directional_check(sum_of_cubes, lambda p: 3 * np.asarray(p) ** 2, here, np.random.default_rng(0), 3)
assert isinstance(verdict, (bool, np.bool_)), f"type: directional_check should return True or False, not {verdict!r}."
assert verdict, "value: 3 x**2 is the gradient of the sum of cubes, and the check rejects it."
assert not directional_check(sum_of_cubes, lambda p: 2 * np.asarray(p) ** 2, here, np.random.default_rng(0), 3), (
    "value: 2 x**2 is not the gradient of the sum of cubes, and the check accepts it."
)
checks_passed()

# %% [markdown]
# ### The bug hunt
#
# Four functions and four gradients, as you might find them in a pull request. Each looks plausible, the author says "I
# tested it". Some are wrong. You now own the tools to find out, so let them do the reading: but remember that a check
# speaks about *one* $\mathbf x$. Code has branches and ends; try points on both sides of every branch, large and small,
# positive and negative.

# %%
ANCHOR = np.array([0.5, -1.0, 2.0, 0.0, 1.5])


def log_sum_exp(p):
    """log(sum(exp(p))), computed without overflow."""
    return np.max(p) + np.log(np.sum(np.exp(p - np.max(p))))


def log_sum_exp_gradient(p):
    weights = np.exp(p - np.max(p))
    return weights / np.sum(weights)


def huber(p):
    """The sum of p**2 / 2 where |p| <= 1, and |p| - 1/2 elsewhere."""
    return np.sum(np.where(np.abs(p) <= 1, p**2 / 2, np.abs(p) - 0.5))


def huber_gradient(p):
    return np.minimum(p, 1.0)


def distance(p):
    """The distance between p and a fixed point."""
    return np.linalg.norm(p - ANCHOR)


def distance_gradient(p):
    return (p - ANCHOR) / distance(p)


def chain(p):
    """The sum of products of neighbours: p0 p1 + p1 p2 + p2 p3 + ..."""
    return np.sum(p[:-1] * p[1:])


def chain_gradient(p):
    return np.roll(p, 1) + np.roll(p, -1)


SUSPECTS = {
    "log_sum_exp": (log_sum_exp, log_sum_exp_gradient),
    "huber": (huber, huber_gradient),
    "distance": (distance, distance_gradient),
    "chain": (chain, chain_gradient),
}

# %% [markdown]
# ### Question 11: bug hunt (5 points)
#
# Let `wrong_gradients` be the set of the names of the wrong gradients, for example `{"distance", "chain"}` if you
# suspect those two. Points are given for the whole set only: every wrong one named, no right one accused. You may name
# them by hand or compute the set.

# %% answer="wrong_gradients"
# The names, as in SUSPECTS, of the gradients that are wrong.
### BEGIN SOLUTION
# Found with directional_check at twenty random points: huber forgets its branch p < -1, where the slope is -1, and
# chain lets np.roll carry the last entry round to the first, as if the two ends were neighbours.
wrong_gradients = {"huber", "chain"}
### END SOLUTION

# %% check="test_bug_hunt" points=5
assert isinstance(wrong_gradients, (set, frozenset, list, tuple)), (
    f'type: wrong_gradients should be a set of names such as {{"chain"}}, and it is a {type(wrong_gradients).__name__}.'
)
assert set(wrong_gradients) <= set(SUSPECTS), (
    f"value: {sorted(map(str, set(wrong_gradients) - set(SUSPECTS)))} is not among the names {sorted(SUSPECTS)}."
)
checks_passed()

# %% [markdown]
# ## What to take with you
#
# - Central differences, float64, $h = 10^{-5}$: eleven digits for the price of two evaluations per entry.
# - An error curve is a V. If your check fails at one $h$, look at two others before you accuse the gradient.
# - Compare relatively, with a floor; report *where* it is worst; never let a nan pass.
# - Check away from kinks, at several points, and on odd shapes: bugs live at the ends.
# - For large models: a few random dense directions.
#
# The table on the slide was made by people who know all this. Rounding a loss "for display" and leaving one entry
# perturbed was enough. From now on, no gradient in this course goes unchecked.
