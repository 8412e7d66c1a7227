# %% [markdown]
# # Numerical gradients
#
# A network learns by walking downhill, and the gradient tells it where downhill is. The unpleasant part: a *wrong*
# gradient rarely crashes. A forgotten factor, a flipped sign, one bad entry in a thousand: the loss still goes down,
# only more slowly and to a worse place, and you blame the learning rate for a week. Here is the smoke detector. By the
# end you will be able to
#
# - estimate slopes, gradients and Jacobians from nothing but values of a function;
# - say how accurate such an estimate is, and choose its step;
# - check a gradient, even one with a million entries, and convict wrong ones, among them one on a lecture slide.
#
# | part | questions | points |
# | --- | --- | --- |
# | A. One variable | 1 forward difference · 2 central difference · 2b short answers | 4 + 5 + 2 |
# | B. Many variables | 3 the numerical gradient · 4 the slide, recomputed and explained · 4b short answers | 17 + 10 + 2 |
# | C. Is this gradient right? | 5 relative error · 6 gradient check · 7 Jacobian · 7b short answers | 7 + 10 + 8 + 2 |
# | D. How accurate can it be? | 8 step study · 8b your experiment · 9 subgradients · 9b short answers | 9 + 3 + 4 + 2 |
# | E. At scale | 10 directional check · 11 bug hunt · 11b short answers | 8 + 4 + 3 |
#
# > **Time and route.** About 3½ hours (estimated). Required: Parts A to C and Question 10, which the coming assignments
# > use, and Question 8. Optional, if time is short: Questions 9 and 11. On a slow laptop: no cell takes more than a few
# > seconds.
#
# **Decks.** *D2L basics*: "Deep Learning Basics" (Hu and Zhang). *USC L4*: "CSCI 599: Deep Learning and its
# Applications, Lecture 4" (Lim). Pages count the slides from the title slide; your copy may differ by one or two.
#
# **Conventions of the course**
#
# - A gradient has the **shape of its parameter**: entry $(i, j)$ of the gradient belongs to entry $(i, j)$ of $W$. (D2L
#   basics, p. 31, transposes it: consistent, but you could not subtract such a gradient from $W$.)
# - A Jacobian is $(m, n)$: one row per output, one column per input (D2L basics, p. 28).
# - We compute in **float64** unless a question says otherwise.
#
# **How you are graded.** The cell after each answer runs a few checks. The grader runs others: different *cases*, never
# different *requirements*, all of which are listed under *Tested*.

# %%
import numpy as np
import plots
from checks import attempt, checks_passed

# %% [markdown]
# ## A. One variable
#
# ### The forward difference
#
# USC L4 (p. 74) starts from the definition
#
# $$\frac{df(x)}{dx} = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h}.$$
#
# A computer cannot take a limit, so we stop early, at some small $h > 0$:
#
# $$D_h^{+} f(x) = \frac{f(x + h) - f(x)}{h}.$$
#
# What does stopping early cost? D2L basics (p. 43) expands $f(x + \epsilon) = f(x) + \epsilon f'(x) + O(\epsilon^2)$.
# Write one more term, put $\epsilon = h$, subtract $f(x)$, and divide by $h$:
#
# $$D_h^{+} f(x) = f'(x) + \frac{h}{2} f''(x) + O(h^2).$$
#
# The error is proportional to $h$: **first order**. Halve $h$ and you halve the error.
#
# By hand, for $f(x) = x^2$: $\big((x + h)^2 - x^2\big)/h = 2x + h$, an error of exactly $h$.
#
# ### Question 1: the forward difference (4 points)
#
# Write `forward_diff(f, x, h)`, which returns $D_h^+ f(x)$ as a float.
#
# *Tested:*
#
# - the value for any $h$, large ones included;
# - the order of the error;
# - at a kink, the slope on the *right*: $+1$ for $|x|$ at 0.


# %% answer="forward_diff"
def forward_diff(f, x, h):
    """The slope of f between x and x + h.

    >>> forward_diff(lambda t: t**2, 3.0, 0.5)
    6.5
    """
    ### BEGIN SOLUTION
    return float((f(x + h) - f(x)) / h)
    ### END SOLUTION


# %% check="test_forward_diff" points=4
slope = forward_diff(lambda t: t**2, 3.0, 0.01)
assert np.ndim(slope) == 0 and isinstance(slope, (float, np.floating)), (
    f"type: forward_diff should return a float, but it returned a {type(slope).__name__}."
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
# The leading error of the forward difference, $\tfrac h2 f''$, is *odd* in $h$: a step to the left makes it
# $-\tfrac h2 f''$. So step both ways and take the average: it cancels.
#
# $$D_h^{0} f(x) = \frac{D_h^{+} f(x) + D_{-h}^{+} f(x)}{2} = \frac{f(x + h) - f(x - h)}{2h} = f'(x) + \frac{h^2}{6} f'''(x) + O(h^4).$$
#
# For the same price, two evaluations, the error is now of **second order**: halve $h$ and it falls to a quarter. At
# $h = 0.001$ that is the difference between three correct digits and six. None of the lectures shows this formula, but
# it is the one used in practice to check gradients.
#
# ### Question 2: the central difference (5 points)
#
# Write `central_diff(f, x, h)`, which returns $D_h^0 f(x)$ as a float. (Some books step $h/2$ to each side and divide
# by $h$; you may do so too.)
#
# *Tested:*
#
# - the order of the error;
# - parabolas: exact even for a huge $h$, because $f''' = 0$;
# - at a kink, the average of the slopes on both sides.


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
    f"type: central_diff should return a float, but it returned a {type(slope).__name__}."
)
assert abs(slope - 12.0) < 2e-4, (
    f"value: for f(x) = x**3, x = 2, h = 0.01 the slope should be 12 up to h**2 = 0.0001, but it is {slope}. "
    "Hint: how far apart are the two points you evaluated? Divide by that."
)
errors = [abs(central_diff(lambda t: t**3, 2.0, h) - 12.0) for h in (0.02, 0.01)]
assert 3.8 < errors[0] / errors[1] < 4.2, (
    f"order: halving h should quarter the error; it went from {errors[0]:.3g} to {errors[1]:.3g}. "
    "Hint: a factor of 2 means that one of the two points is still x itself."
)
checks_passed()

# %% [markdown]
# The forward secant (orange) starts at $x$ and bends away with the curve; the central secant (blue) straddles $x$, and
# is almost parallel to the tangent even at this absurdly large $h = 0.8$.


# %% tags=["experiment"]
def wave(t):
    """The test function of this notebook: exp(t) sin(t)."""
    return np.exp(t) * np.sin(t)


def wave_slope(t):
    """Its derivative, by the product rule (D2L basics, p. 25)."""
    return np.exp(t) * (np.sin(t) + np.cos(t))


attempt(plots.draw_secants, wave, wave_slope, forward_diff, central_diff, 0.6, 0.8)

# %% [markdown]
# ### Question 2b: short answers, part A (2 points, graded by a person)
#
# One sentence each.
#
# - **(a)** You halve $h$ in the *forward* difference of $x^4$ at $x = 0$. By what factor does the error fall, and why?
# - **(b)** Central differences with $h = 0.01$ give $0.1$ for the slope of $|x|$ at $x = 0.001$; a colleague's formula
#   gives $1$. Who is right, and what went wrong?

# %% [markdown] written="predict_the_order" points=1
# *(a)*
#
# ### BEGIN SOLUTION
# By 8: $f''$ and $f'''$ are zero at 0, so the first error term that is left is $h^3$.
# ### END SOLUTION

# %% [markdown] written="explain_the_kink" points=1
# *(b)*
#
# ### BEGIN SOLUTION
# The formula: the step reaches across the kink at 0 and averages slopes of both sides, so $h$ has to be smaller than
# the distance to the kink.
# ### END SOLUTION

# %% [markdown]
# ## B. Many variables
#
# The gradient is "the vector of partial derivatives in a higher dimension" (USC L4, p. 76). A partial derivative is an
# ordinary derivative along one coordinate while all the others **stand still**. With $\mathbf e_i$ the array that is 1
# at position $i$ and 0 elsewhere,
#
# $$\big[\nabla f(\mathbf x)\big]_i \approx \frac{f(\mathbf x + h\,\mathbf e_i) - f(\mathbf x - h\,\mathbf e_i)}{2h} .$$
#
# Here $i$ runs over *all* positions of $\mathbf x$, however many axes it has: a scalar has one position (its index is
# the empty tuple), a $C \times D$ matrix has $CD$, an empty array none. For $n$ entries that makes $2n$ evaluations of
# $f$.
#
# Simple as this looks, people get it wrong, well-known courses included:
#
# - Integer input. Adding $10^{-5}$ to an integer entry changes nothing, subtracting it takes away a whole 1 (NumPy
#   drops the fraction), and the slope of $x^2$ at 3 came out as $(9 - 4)/(2 \cdot 10^{-5}) = 250000$.
# - Transposed input. `x.reshape(-1)` is then a **copy**; $f$ never saw the steps, and the gradient was zero.
# - Stepping forward and back in the caller's array. $(x + h) - h$ is not always $x$: the weights drifted a little with
#   each check.
# - An entry that is perturbed and never restored. You will meet this one on a slide in a moment.
#
# ### Question 3: the gradient of any array (17 points)
#
# Write `numerical_gradient(f, x, h=1e-5)` with central differences. `f` takes a float64 array of the shape of `x` and
# returns a number. The result is float64 (float32 or a nested list is accepted).
#
# *Tested:*
#
# - six correct digits, even when the entries of `x` interact in `f`;
# - the order of the error: second;
# - an `x` of **any shape**, including `()` and axes of length zero; the result has the shape of `x`;
# - **integers**, float32, nested lists: convert to float64 *before* you step;
# - any memory layout: transposed, Fortran-ordered, strided;
# - the caller's array is unchanged afterwards, byte for byte;
# - it may even be **read-only**;
# - at most $2n + 4$ evaluations;
# - each evaluated point differs from `x` in at most one entry, by `h` (or `h / 2`, see Question 2).


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


# %% check="test_numerical_gradient" points=17
def sum_of_squares(p):
    """Its gradient is 2p, whatever the shape of p."""
    return np.sum(np.asarray(p) ** 2)


grad = numerical_gradient(sum_of_squares, np.array([3.0, 4.0]))
assert isinstance(grad, (np.ndarray, list)), (
    f"type: numerical_gradient should return an array, but it returned a {type(grad).__name__}."
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
# Now draw it. Three things to see: the arrows are perpendicular to the contour lines, they point *uphill* (learning
# walks the other way: D2L basics, p. 45), and they are long where the lines are close together.


# %% tags=["experiment"]
def valley(p):
    """A curved valley with two minima, at (-1, -0.5) and (1, 0.5)."""
    return 0.5 * (p[0] ** 2 - 1) ** 2 + (p[1] - 0.5 * p[0]) ** 2


attempt(plots.draw_gradients, valley, numerical_gradient, [(-1, -0.5), (1, 0.5)])

# %% [markdown]
# ### The slide, recomputed
#
# USC L4 computes two gradient entries in front of the audience (pp. 77–90). The setting is
#
# $$W = \begin{pmatrix} -0.1 & 0.2 & 0.15 & 0.05 \\ 0.25 & 0.05 & 0.2 & -0.1 \\ 0.25 & 0.15 & -0.15 & 0.4 \end{pmatrix}, \quad
# \mathbf x = \begin{pmatrix} 0.1 \\ 1.5 \\ 0.07 \\ 2.32 \end{pmatrix}, \quad
# \mathbf y^* = \begin{pmatrix} 0 \\ 1 \\ 0 \end{pmatrix}, \quad
# L(W) = \lVert W \mathbf x - \mathbf y^* \rVert_2$$
#
# and $h = 0.001$. The slides read:
#
# | | the slide's $L(W)$ | the slide's $L(W + h)$ | the slide's quotient |
# | --- | --- | --- | --- |
# | entry $(0, 0)$, p. 83 | 1.6688 | 1.6693 | 0.5 |
# | entry $(0, 1)$, p. 89 | 1.6688 | 1.6697 | 0.9 |
#
# Both quotients are wrong, and not by a little.
#
# > **Slips on the slides.** USC L4 defines the $L_2$ loss as the *squared* norm (p. 43) and then minimises the norm
# > itself (p. 65). From the next assignment on, our $L_2$ loss is squared; in Question 4, to follow the slides, it is
# > not. And p. 71 writes $\min$ where it means $\operatorname{argmin}$.
#
# ### Question 4: the slide, recomputed and explained (6 points, and 4 for the explanation)
#
# Write `slide_case(W, x, y)`, which returns the pair `(L, grad)`: the loss as a float and its gradient with respect to
# $W$, in the shape of $W$, **to six decimals**. Use your `numerical_gradient`, or the chain rule: with
# $\mathbf r = W \mathbf x - \mathbf y$ you know $\partial r_k / \partial W_{ij}$, and
# $\partial \lVert \mathbf r \rVert_2 / \partial r_k = r_k / \lVert \mathbf r \rVert_2$. Do both, and you have checked a
# gradient.
#
# *Tested:*
#
# - the loss and all twelve entries of the gradient for the slide;
# - other sizes of $W$;
# - `W` is not modified.


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
    f"type: slide_case should return the pair (L, grad), but it returned a {type(answer).__name__}."
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
# The slides show the scores $W \mathbf x$ as $(0.416, -0.118, 1.167)$ (p. 68), and for the second quotient they
# increase entry $(0, 0)$ *and* entry $(0, 1)$ (p. 85). Recompute what you need in a cell of your own.
#
# 1. Which of the slide's three losses is off, by how much, and why? What does it do to a quotient with $h = 0.001$?
# 2. What would the second quotient be if only that loss were corrected? Why is it *still* not entry $(0, 1)$ of the
#    gradient?
# 3. Suppose each printed loss is off by up to half a unit of its last decimal. How many decimals must you keep so that,
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
# ### Question 4b: short answers, part B (2 points, graded by a person)
#
# One sentence each.
#
# - **(a)** One evaluation of a loss takes 10 ms, and the network has a million weights. How long does one numerical
#   gradient take, and what follows for training?
# - **(b)** A loop leaves each entry at $x_i - h$ when it goes on to the next one. Name a function whose gradient comes
#   out right all the same, and say why.

# %% [markdown] written="predict_the_cost" points=1
# *(a)*
#
# ### BEGIN SOLUTION
# Two million evaluations of 10 ms are 20 000 s, more than five hours for a single step: fine for a check of a small
# model, hopeless for training.
# ### END SOLUTION

# %% [markdown] written="explain_the_lucky_function" points=1
# *(b)*
#
# ### BEGIN SOLUTION
# The sum of squares, or any sum of functions of one entry each: what the moved entries contribute is the same in
# $f(\mathbf x + h \mathbf e_i)$ and in $f(\mathbf x - h \mathbf e_i)$ and cancels (so test with entries that interact).
# ### END SOLUTION

# %% [markdown]
# ## C. Is this gradient right?
#
# ### How different are two numbers?
#
# You have a gradient from a formula, $a$, and one from differences, $b$. They never agree to the last digit, and
# "$|a - b| < 0.001$" is a poor test: gradients around $10^{-5}$ always pass, gradients around $10^{5}$ never do. So
# measure the difference against the size of the numbers themselves, entry by entry:
#
# $$\operatorname{rel}(a, b) = \frac{|a - b|}{\max\{\,|a|,\; |b|,\; \varepsilon\,\}} .$$
#
# Both $|a|$ and $|b|$, because neither is the "true" one. The larger one, so that a claimed 0 against a measured 5
# counts as 1, not as infinity. And a floor $\varepsilon$: numbers far below it count as zero, and $0$ against $0$ is an
# error of $0$, not $0/0$.
#
# ### Question 5: relative error (7 points)
#
# Write `relative_error(a, b, eps=1e-8)`, which returns the array of relative errors, in the shape of `a` and `b`
# (arrays or lists of the same shape).
#
# *Tested:*
#
# - the shape, even for lists and integers;
# - symmetry: swapping `a` and `b` changes nothing;
# - 0 against 0 gives 0;
# - negative entries: for opposite signs the error can be as large as 2;
# - each entry is judged by its *own* size, even beside a huge one;
# - `eps` is a floor in the maximum; it is not added.


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


# %% check="test_relative_error" points=7
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
# Somebody hands you a function $f$ and claims that $g(\mathbf x)$ is its gradient. Measure the gradient, compare, and
# report two things: whether the claim holds, and *where it is worst*. The second saves an afternoon: "entry (2, 1)"
# sends you to a line of code, "wrong" does not.
#
# One detail decides whether such a check is usable: where the gradient is exactly 0, the measured one is about
# $10^{-11}$, nothing but round-off. With $\varepsilon = 10^{-8}$ that is a relative error of $10^{-3}$ and a false
# alarm. So take $\varepsilon = 10^{-3}$: entries below it are judged by their absolute error.
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
# *Tested:*
#
# - right gradients and wrong ones;
# - a single wrong entry in a matrix;
# - entries that are zero;
# - `tol` decides;
# - `worst` has the largest *relative* error, not the largest difference;
# - a claim that contains `nan` is never right. (Every comparison with nan is False, `nan > tol` included.)


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
    f"type: gradient_check should return the pair (ok, worst), but it returned a {type(answer).__name__}."
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
# Layers return vectors. The partial derivatives of $F: \mathbb R^n \to \mathbb R^m$ are an $m \times n$ matrix (D2L
# basics, p. 28),
#
# $$\Big[\frac{\partial \mathbf y}{\partial \mathbf x}\Big]_{ij} = \frac{\partial y_i}{\partial x_j},$$
#
# row $i$ for output $i$, column $j$ for input $j$. The best test case is on p. 30: for $\mathbf y = A \mathbf x$ the
# Jacobian is $A$.
#
# Before you write a loop: a step along $x_j$ moves all $m$ outputs at once, so two evaluations give a whole **column**,
# and $2n$ evaluations suffice, whatever $m$ is.
#
# ### Question 7: the Jacobian (8 points)
#
# Write `numerical_jacobian(F, x)` with central differences and $h = 10^{-5}$. `x` is a vector of length $n \ge 1$, `F`
# returns a vector of length $m$, as an array or as a list, and the result has shape $(m, n)$.
#
# *Tested:*
#
# - $A \mathbf x$, for wide and tall $A$;
# - functions that are not linear;
# - $m = 1$ and $n = 1$;
# - at most $2n + 4$ evaluations;
# - an integer `x`;
# - `x` is not modified.


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


# %% check="test_numerical_jacobian" points=8
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
# ### Question 7b: short answers, part C (2 points, graded by a person)
#
# One sentence each.
#
# - **(a)** One check reports a relative error of 2 in every entry, another 0.5 in every entry. What is your first guess
#   for each?
# - **(b)** $F$ has 3 inputs and 1000 outputs, $G$ has 1000 inputs and 3 outputs. Whose Jacobian is cheaper to measure,
#   by what factor, and which of the two looks like the loss of a network?

# %% [markdown] written="diagnose_the_error" points=1
# *(a)*
#
# ### BEGIN SOLUTION
# 2 in every entry is a wrong sign, $|a - (-a)| / |a|$; 0.5 is a factor of 2 too many or too few, for example a
# forgotten or doubled $\tfrac12$.
# ### END SOLUTION

# %% [markdown] written="compare_jacobians" points=1
# *(b)*
#
# ### BEGIN SOLUTION
# $F$, with 6 evaluations against 2000, a factor of about 333; a loss has many inputs and one output, so it looks like
# $G$, the expensive one.
# ### END SOLUTION

# %% [markdown]
# ## D. How accurate can it be?
#
# ### Two errors that pull in opposite directions
#
# If a smaller $h$ is better, why not $h = 10^{-15}$? Because every rounding has a relative error of up to the unit
# round-off $u$: $2^{-53} \approx 1.1 \cdot 10^{-16}$ in float64, $2^{-24} \approx 6 \cdot 10^{-8}$ in float32. It
# strikes twice. The value of $f$ is off by about $u|f|$; and $x + h$ is rounded by up to $u|x|$ before $f$ ever sees
# it, which moves the value by $u|x f'|$. Together that is $ur$ with $r = |f| + |x f'|$. The difference of two values is
# off by up to $2ur$, and dividing by the step **magnifies** that:
#
# $$E^{+}(h) \approx \underbrace{\frac{h}{2}|f''|}_{\text{truncation}} + \underbrace{\frac{2ur}{h}}_{\text{round-off}}, \qquad
# E^{0}(h) \approx \frac{h^2}{6}|f'''| + \frac{ur}{h}.$$
#
# Set the derivative with respect to $h$ to zero:
#
# $$h^{+}_{\text{best}} = 2\sqrt{ur/|f''|} \;\sim\; u^{1/2}, \qquad h^{0}_{\text{best}} = \big(3ur/|f'''|\big)^{1/3} \;\sim\; u^{1/3}.$$
#
# Put the best $h$ back in: the forward difference reaches an error of order $u^{1/2}$, *half* the digits of the
# machine, and the central difference $u^{2/3}$, *two thirds* of them. In float64 this means 8 digits at
# $h \approx 10^{-8}$, against 11 digits at $h \approx 10^{-5}$: hence the default `h=1e-5`. In float32 the central
# difference has five or six digits, at $10^{-3}$ to $10^{-2}$, which is why nobody checks gradients in float32.
#
# The error from rounding $x \pm h$ can be avoided. The **realised step** $(x + h) - (x - h)$ is not quite $2h$, and the
# computer knows it exactly: divide by it. For the sine near 100 that is worth three digits. (You may do so in every
# question but the next, which studies the plain quotients.)

# %% tags=["experiment"]
h, points = 1e-8, np.random.default_rng(0).uniform(100, 101, 2001)
ahead, behind = points + h, points - h
for name, width in (("2h", 2 * h), ("the realised step", ahead - behind)):
    errors = np.abs((np.sin(ahead) - np.sin(behind)) / width - np.cos(points))
    print(f"divided by {name}: median error {np.median(errors):.0e}")

# %% [markdown]
# ### Question 8: step study (9 points)
#
# On log–log axes both terms are straight lines, so the error draws a **V**. Measure it: write
# `step_study(f, df, x, hs, dtype)`, which returns an array of shape `(2, len(hs))`: row 0 holds the errors of the
# *forward* difference, row 1 those of the *central* difference, in the order of `hs`. An error is the absolute
# difference between the quotient and the true slope `df(x)`.
#
# - `dtype` is the string `"float64"` or `"float32"`. The study must *happen* in this type: `x`, the steps, the values
#   of `f` and the quotient. (One float64 number among them, and NumPy silently promotes the rest. Casting the finished
#   quotient is too late: by then its digits are those of float64.)
# - `f` is made of NumPy functions: it accepts a number or an array, and returns the type that it was given.
# - The true slope is always taken in float64: the ruler should be better than what it measures. The grader chooses an
#   `x` that float32 holds exactly.
#
# *Tested:*
#
# - the shape, and the order of rows and columns;
# - no negative errors;
# - the truncation side: slopes 1 and 2;
# - the round-off side: slope about $-1$;
# - float32: errors as large as float32 makes them, and an `f` that is given nothing but float32.


# %% answer="step_study"
def step_study(f, df, x, hs, dtype):
    """Errors of the forward (row 0) and the central difference (row 1) at x, one column for each step of hs."""
    ### BEGIN SOLUTION
    x, hs = np.dtype(dtype).type(x), np.asarray(hs, dtype=dtype)
    ahead, here, behind = f(x + hs), f(x), f(x - hs)
    quotients = np.stack([(ahead - here) / hs, (ahead - behind) / (2 * hs)])
    return np.abs(quotients.astype(np.float64) - df(float(x)))
    ### END SOLUTION


# %% check="test_step_study" points=9
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
# This whole assignment turns on the following picture: the errors of both formulas for $e^x \sin x$ at $x = 1$. The
# grey lines are the theory above, for float64. Find the left branch (round-off, ragged, slope $-1$), the right branches
# (truncation, smooth, slopes 1 and 2), and the best step of each formula. (Single points dip far below: two rounding
# errors may cancel by luck. Do not count on it.)

# %% tags=["experiment"]
second, third = 2 * np.e * np.cos(1.0), 2 * np.e * (np.cos(1.0) - np.sin(1.0))  # f'' and f''' of exp(t) sin(t) at 1
r = abs(wave(1.0)) + abs(wave_slope(1.0))
attempt(plots.draw_v_curves, step_study, wave, wave_slope, (second, third, r), 10.0 ** np.arange(-15, 0.01, 0.25))

# %% [markdown]
# ### Why a famous step misleads
#
# A well-known online course checks the gradient of a network with $h = 10^{-7}$ and rejects it if the difference is
# above $2 \cdot 10^{-7}$. Its own, correct network comes out at $1.19 \cdot 10^{-7}$: less than a factor of two from a
# false alarm. The cell below pushes a network over the edge. Training has made the gradient small, but not the loss,
# nor its round-off: at $h = 10^{-7}$ the right gradient is rejected, at $10^{-5}$ it passes with a factor of fifty to
# spare.


# %% tags=["experiment"]
rng = np.random.default_rng(0)
inputs, targets = rng.standard_normal((50, 8)), rng.choice([-1.0, 1.0], 50)


def network_loss(W):
    """The mean squared error of a small network: the average of six tanh units."""
    return np.mean((np.tanh(inputs @ W.T).mean(axis=1) - targets) ** 2)


def network_gradient(W):
    """Its gradient with respect to W, by the chain rule. It is right."""
    H = np.tanh(inputs @ W.T)
    return ((H.mean(axis=1) - targets)[:, None] * (1 - H**2)).T @ inputs * 2 / H.size


def compare_steps(steps, epochs=2000):
    """Trains the network, then prints how far measured and claimed gradient are apart, in the norm of that course."""
    weights = np.random.default_rng(1).standard_normal((6, 8)) / 2
    for _ in range(epochs):
        weights = weights - network_gradient(weights)
    claimed = network_gradient(weights)
    for h in steps:
        measured = np.asarray(numerical_gradient(network_loss, weights, h))
        off = np.linalg.norm(claimed - measured) / (np.linalg.norm(claimed) + np.linalg.norm(measured))
        print(f"h = {h:.0e}: difference {off:.1e}", "" if off < 2e-7 else "rejected, although it is right")


attempt(compare_steps, (1e-4, 1e-5, 1e-6, 1e-7, 1e-8))

# %% [markdown]
# ### Question 8b: your experiment (3 points, graded by a person)
#
# Where is the best step when $x$ is large? You measure the slope of $\sin$ at an $x$ of your own.
#
# 1. **Predict.** Choose an $x$ between $1000$ and $1\,000\,000$ and compute the best step of the central difference
#    from the theory. (For such an $x$, $r \approx |x f'|$, and $|f'''| = |f'|$.) Write it into the cell before you run
#    it.
# 2. **Change one thing**: replace $x = 1$ by your $x$. Run the cell.
# 3. **Explain** in two sentences why the bottom of the V moved, and what $h = 10^{-5}$ would do at your $x$.
#
# Within a factor of three is a good prediction; a bad one costs nothing if you explain it.

# %% tags=["experiment"]
my_x, prediction = 1.0, 9e-6  # your x, and the best step that you expect there
attempt(plots.draw_prediction, step_study, my_x, prediction)

# %% [markdown] written="predict_the_best_step" points=3
# *My $x$, my prediction and the measured step; then two sentences:*
#
# ### BEGIN SOLUTION
# $x = 5000$: $h = (3 u x)^{1/3} = (3 \cdot 1.1 \cdot 10^{-16} \cdot 5000)^{1/3} \approx 1.2 \cdot 10^{-4}$; measured,
# about $8 \cdot 10^{-5}$.
#
# $x \pm h$ is rounded by up to $u|x|$, so the round-off branch rises in proportion to $x$ while the truncation stays
# where it is, and their crossing moves to the right like $x^{1/3}$. At $h = 10^{-5}$ one sits on the round-off branch,
# with an error of up to $u x / h \approx 6 \cdot 10^{-8}$ instead of $10^{-9}$ (dividing by the realised step would
# repair it).
# ### END SOLUTION

# %% [markdown]
# ### Where there is no derivative
#
# All of this assumed a Taylor expansion. At a kink there is none, and networks are full of kinks: every ReLU has one.
# D2L basics (p. 26) extends the derivative: at the kink, *any* slope between the slopes on the two sides is allowed,
#
# $$\frac{\partial |x|}{\partial x} = \begin{cases} 1 & x > 0 \\ -1 & x < 0 \\ a \in [-1, 1] & x = 0\end{cases} \qquad\qquad
# \frac{\partial}{\partial x} \max(x, 0) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \\ a \in [0, 1] & x = 0 .\end{cases}$$
#
# Both functions are convex. For a convex function such a slope $g$ is called a **subgradient**: the line with slope $g$
# through $(x, f(x))$ never rises above the graph.
#
# At 0, `forward_diff` of ReLU says 1, `central_diff` says $\tfrac12$, and deep-learning libraries say 0. All three are
# *valid*. So a gradient check at a kink can report an "error" where nobody made one; check somewhere else.
#
# ### Question 9: subgradients (4 points)
#
# Write `valid_subgradient(kind, x, g)`, which returns True when the number $g$ is a subgradient of the function `kind`
# at the number $x$, else False. `kind` is `"relu"` or `"abs"`; anything else raises a `ValueError`.
#
# *Tested:*
#
# - at 0, the closed interval, its ends, and numbers just outside it;
# - away from 0, only the slope itself, and $10^{-300}$ counts as away;
# - the `ValueError`.


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


# %% check="test_valid_subgradient" points=4
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

# %% [markdown]
# ### Question 9b: short answers, part D (2 points, graded by a person)
#
# One sentence each.
#
# - **(a)** In the float32 panel of the V curves, why do the errors become *flat* at the far left, and at what height?
# - **(b)** Predict for float16 ($u = 2^{-11}$) the best step of the central difference and the number of correct
#   digits, for a function with $r = |f'''| = 1$.

# %% [markdown] written="explain_the_flat_end" points=1
# *(a)*
#
# ### BEGIN SOLUTION
# There $h$ is so small that $x + h$ and $x - h$ round to $x$: the quotient is 0, and the error is the slope itself,
# 3.76.
# ### END SOLUTION

# %% [markdown] written="predict_float16" points=1
# *(b)*
#
# ### BEGIN SOLUTION
# $h = (3 \cdot 2^{-11})^{1/3} \approx 0.11$ and an error of $h^2/6 + u/h \approx 0.0064$: hardly more than two digits.
# ### END SOLUTION

# %% [markdown]
# ## E. At scale
#
# ### One direction instead of all
#
# A gradient check of a million weights costs two million forward passes. (This is also why nobody *trains* with
# numerical gradients; backpropagation, the subject of the next assignment, takes the time of two or three forward
# passes, however many weights there are.) But to *check* a gradient you need not measure all of it. The slope along one
# direction $\mathbf v$ is
#
# $$\frac{f(\mathbf x + h \mathbf v) - f(\mathbf x - h \mathbf v)}{2h} \approx \sum_i \big[\nabla f(\mathbf x)\big]_i v_i ,$$
#
# which takes two evaluations, whatever $n$ is. If the claim is off by $\boldsymbol\delta$, the two sides differ by
# $\sum_i \delta_i v_i$. For a fixed $\mathbf v$, such as all ones, errors can cancel; and entries that $\mathbf v$ does
# not touch are never looked at. So $\mathbf v$ has to be random *and dense*.
#
# ### Question 10: directional check (8 points)
#
# Write `directional_check(f, g, x, rng, k)`: draw $k$ random dense directions in the shape of `x` from `rng`, a
# `numpy.random.Generator` (for example with `rng.standard_normal(x.shape)`), and return True when along **all** of them
# the central difference with $h = 10^{-5}$ agrees with $\sum_i g_i v_i$ to a relative error of $10^{-5}$ (with
# $\varepsilon = 10^{-3}$ as in Question 6), else False.
#
# *Tested:*
#
# - right gradients of vectors and matrices;
# - steep functions and flat ones;
# - one wrong entry among hundreds;
# - errors that cancel in the sum of all entries;
# - along a single direction, slopes that are too large and slopes that are too small;
# - at most $2k + 4$ evaluations of `f`;
# - the same seed gives the same evaluations, another seed gives others.


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


# %% check="test_directional_check" points=8
here = np.linspace(-1.0, 1.0, 50)
verdict = directional_check(sum_of_cubes, lambda p: 3 * np.asarray(p) ** 2, here, np.random.default_rng(0), 3)
assert isinstance(verdict, (bool, np.bool_)), f"type: directional_check should return True or False, not {verdict!r}."
assert verdict, "value: 3 x**2 is the gradient of the sum of cubes, and the check rejects it."
assert not directional_check(sum_of_cubes, lambda p: 2 * np.asarray(p) ** 2, here, np.random.default_rng(0), 3), (
    "value: 2 x**2 is not the gradient of the sum of cubes, and the check accepts it."
)
checks_passed()

# %% [markdown]
# How small an error does one direction notice? If one entry is off by $\delta$, the two sides differ by $\delta v_i$,
# and the tolerance is $10^{-5}$ times a slope of about $\lVert g \rVert$. With normally distributed directions, the
# chance of noticing it is $\tfrac 2\pi \arctan\big(10^5 \delta / \lVert g \rVert\big)$: below, among $10^4$ entries,
# 92 % for $\delta = 10^{-2}$, 41 % for $10^{-3}$, 5 % for $10^{-4}$.


# %% tags=["experiment"]
def count_noticed(errors, trials=300):
    """Prints, for each error, how many single directions notice one entry of 10 000 that is off by it."""
    many = np.linspace(-1.0, 1.0, 10_000)
    for error in errors:
        claim = 3 * many**2
        claim[1234] += error
        missed = sum(
            directional_check(sum_of_cubes, lambda p, claim=claim: claim, many, np.random.default_rng(seed), 1)
            for seed in range(trials)
        )
        print(f"an error of {error:.0e} is noticed by {100 * (1 - missed / trials):.0f} % of the directions")


attempt(count_noticed, (1e-2, 1e-3, 1e-4))

# %% [markdown]
# ### The bug hunt
#
# Four functions and four gradients, as you might find them in a pull request. Each looks plausible, the author says "I
# tested it", and some are wrong. Let your tools do the reading, and remember that a check only speaks about *one*
# $\mathbf x$: try both sides of every branch, large and small, positive and negative entries.

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
# ### Question 11: bug hunt (4 points)
#
# Let `wrong_gradients` be the set of the names of the wrong gradients, for example `{"distance", "chain"}` if you
# suspect those two. You may name them by hand or compute the set.
#
# *Tested:*
#
# - every wrong gradient is named and no right one is accused; a set that is only partly right earns nothing.

# %% answer="wrong_gradients"
# The names, as in SUSPECTS, of the gradients that are wrong.
### BEGIN SOLUTION
# Found with directional_check at twenty random points: huber forgets its branch p < -1, where the slope is -1, and
# chain lets np.roll carry the last entry round to the first, as if the two ends were neighbours.
wrong_gradients = {"huber", "chain"}
### END SOLUTION

# %% check="test_bug_hunt" points=4
assert isinstance(wrong_gradients, (set, frozenset, list, tuple)), (
    f'type: wrong_gradients should be a set of names such as {{"chain"}}, but it is a {type(wrong_gradients).__name__}.'
)
assert set(wrong_gradients) <= set(SUSPECTS), (
    f"value: {sorted(map(str, set(wrong_gradients) - set(SUSPECTS)))} is not among the names {sorted(SUSPECTS)}."
)
checks_passed()

# %% [markdown]
# ### Question 11b: short answers, part E (3 points, graded by a person)
#
# One sentence each.
#
# - **(a)** One direction notices an error of $10^{-3}$ with a chance of 41 %. How many directions raise it to 99 %?
# - **(b)** `directional_check` says False for a million weights. What does it not tell you that `gradient_check` would,
#   and how do you find out with few evaluations?
# - **(c)** Take one of the gradients in your set. At which points does it pass every check?

# %% [markdown] written="predict_the_directions" points=1
# *(a)*
#
# ### BEGIN SOLUTION
# Nine: all $k$ miss it with a chance of $0.59^k$, and $0.59^9 = 0.009$ is the first below $0.01$.
# ### END SOLUTION

# %% [markdown] written="plan_the_search" points=1
# *(b)*
#
# ### BEGIN SOLUTION
# Where the gradient is wrong: use directions that are zero outside one layer, then outside one half of it, and halve
# again, which takes two evaluations for each halving.
# ### END SOLUTION

# %% [markdown] written="find_the_blind_spot" points=1
# *(c)*
#
# ### BEGIN SOLUTION
# huber passes wherever no entry is below $-1$, because there its formula is right; chain passes wherever the first and
# the last entry are both 0, because what it wraps around is then nothing.
# ### END SOLUTION

# %% [markdown]
# ## What to take with you
#
# - Central differences, float64, $h = 10^{-5}$: eleven digits for two evaluations per entry.
# - If a check fails at one $h$, look at two others before you accuse the gradient.
# - Compare relatively, with a floor; report *where* it is worst; never let a nan pass.
# - Check away from kinks, at several points, and on odd shapes: bugs live at the ends.
# - For large models: a few random dense directions.
#
# The slide was made by people who know all this; a loss rounded "for display" and one entry left perturbed were enough.
# From now on, no gradient in this course goes unchecked.
