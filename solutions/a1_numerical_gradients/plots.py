"""The pictures of this assignment: everything that draws, so that the notebook can show what computes."""

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, RED = "#2f6db5", "#e08214", "#c0392b"

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


def draw_secants(f, slope, forward_diff, central_diff, at, h):
    """Draws f, its tangent at ``at``, and the secants of the forward and the central difference."""
    near, far = np.linspace(at - 1.25 * h, at + 1.25 * h, 200), np.array([at - 1.2 * h, at + 1.2 * h])
    lines = [
        ("tangent", slope(at), at, "black", "--"),
        ("forward secant", forward_diff(f, at, h), at, ORANGE, "-"),
        ("central secant", central_diff(f, at, h), at - h, BLUE, "-"),
    ]
    plt.plot(near, f(near), color="0.7", lw=4, label="$f(x) = e^x \\sin x$")
    for name, steepness, through, color, style in lines:
        line = f(through) + steepness * (far - through)
        plt.plot(far, line, color=color, ls=style, label=f"{name}, slope {steepness:.2f}")
    plt.plot([at - h, at, at + h], f(np.array([at - h, at, at + h])), "o", color="black", ms=6, zorder=3)
    plt.xticks([at - h, at, at + h], ["$x - h$", "$x$", "$x + h$"])
    plt.title("The central secant is nearly parallel to the tangent")
    plt.ylabel("$f$")
    plt.legend()
    plt.show()


def draw_gradients(f, numerical_gradient, minima, reach=1.7):
    """Draws contour lines of f at equal height differences, and its numerical gradient on a grid of points."""
    fine, coarse = np.linspace(-reach, reach, 240), np.linspace(-1.4, 1.4, 11)
    heights, levels = f(np.array(np.meshgrid(fine, fine))), np.arange(0.0, 4.01, 0.25)
    points = np.array([[a, b] for a in coarse for b in coarse])
    slopes = np.array([numerical_gradient(f, point) for point in points])
    figure, axis = plt.subplots(figsize=(7, 6))
    filled = axis.contourf(fine, fine, heights, levels=levels, cmap="Blues", extend="max", alpha=0.85)
    axis.contour(fine, fine, heights, levels=levels, colors="white", linewidths=0.8)
    arrows = {"color": ORANGE, "angles": "xy", "scale_units": "xy", "scale": 14, "width": 0.005, "headwidth": 4}
    axis.quiver(*points.T, *slopes.T, zorder=2, label=r"$\nabla f$, by differences", **arrows)
    axis.plot(*np.transpose(minima), "o", color=RED, ms=7, ls="none", label=r"minima: $\nabla f = 0$")
    axis.set(
        aspect="equal", xlabel="$p_0$", ylabel="$p_1$", title="The gradient points uphill, across the contour lines"
    )
    axis.grid(False)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.11), ncols=2)
    figure.colorbar(filled, ax=axis, label="$f(p)$", shrink=0.85)
    plt.show()


def draw_v_curves(step_study, f, slope, theory, hs):
    """Draws the error at x = 1 against h, for two formulas and two precisions.

    ``theory`` holds, for float64, f'' and f''' at 1, and the size r of what round-off disturbs.
    """
    figure, axes = plt.subplots(1, 2, figsize=(11.5, 5), sharey=True)
    for axis, dtype in zip(axes, ("float64", "float32"), strict=True):
        _draw_errors(axis, hs, step_study(f, slope, 1.0, hs, dtype))
        axis.set(title=f"in {dtype}", xlabel="step $h$", ylim=(1e-12, 1e2))
    second, third, r = map(abs, theory)
    dashed, dotted = {"ls": "--", "color": "0.35", "lw": 1.2}, {"ls": ":", "color": "0.35", "lw": 1.6}
    axes[0].loglog(hs, hs * second / 2, **dashed, label="truncation: $h|f''|/2$ and $h^2|f'''|/6$")
    axes[0].loglog(hs, hs**2 * third / 6, **dashed)
    axes[0].loglog(hs, 2.0**-53 * r / hs, **dotted, label="round-off: $ur/h$")
    axes[0].set_ylabel("|quotient − true slope|")
    axes[0].legend(loc="upper center", fontsize=9)
    axes[1].legend(loc="lower left", fontsize=9)
    figure.suptitle("The error of a numerical derivative is a V (stars: the best power of ten)")
    figure.tight_layout()
    plt.show()


def _draw_errors(axis, hs, errors):
    """Draws one V for each formula; a star marks the best power of ten (every fourth step)."""
    for name, color, row in zip(("forward", "central"), (ORANGE, BLUE), np.asarray(errors), strict=True):
        best = 4 * np.argmin(row[::4])
        label = f"{name}: {row[best]:.0e} at h = {hs[best]:.0e}"
        axis.loglog(hs, np.where(row > 0, row, np.nan), ".-", color=color, ms=4, lw=1, label=label)
        axis.loglog(hs[best], row[best], "*", color=color, ms=15, mec="black", zorder=3)


def draw_prediction(step_study, x, prediction):
    """Draws the error of the central difference of sin at x against h, and where you expect its minimum."""
    hs = 10.0 ** np.arange(-9, 0.001, 0.05)
    errors = np.asarray(step_study(np.sin, np.cos, x, hs, "float64"))[1]
    # The median of nine neighbours: a single error may be tiny by luck.
    smooth = np.array([np.median(errors[max(i - 4, 0) : i + 5]) for i in range(len(hs))])
    best = np.argmin(smooth)
    plt.loglog(hs, errors, ".", color=BLUE, ms=4, alpha=0.5)
    plt.loglog(hs, smooth, color=BLUE, label="error of the central difference")
    plt.loglog(hs[best], smooth[best], "*", color=BLUE, ms=15, mec="black", label=f"measured: best near {hs[best]:.0e}")
    plt.axvline(prediction, color=RED, ls="--", label=f"your prediction: {prediction:.0e}")
    plt.title(f"The slope of sin at x = {x:g}")
    plt.xlabel("step $h$")
    plt.ylabel("|quotient − true slope|")
    plt.legend()
    plt.show()
