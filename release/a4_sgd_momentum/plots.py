"""The pictures of this assignment: everything that draws, so that the notebook can show what computes."""

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED, GREY = "#2f6db5", "#e08214", "#3b9b5a", "#c0392b", "0.55"

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


def goldilocks(paths):
    """One panel per learning rate with its path on w**2 / 2, and a panel with the loss of each."""
    figure, axes = plt.subplots(1, len(paths) + 1, figsize=(13, 3.8))
    w = np.linspace(-4.2, 4.2, 200)
    for axis, (lr, path), color in zip(axes, paths.items(), (BLUE, GREEN, RED), strict=False):
        axis.plot(w, w**2 / 2, color="0.75", lw=2)
        axis.plot(path[:9], path[:9] ** 2 / 2, "o-", color=color, ms=5, lw=1)
        axis.set(title=f"$\\lambda$ = {lr}", xlabel="$w$", ylim=(-0.4, 8.5))
        axes[-1].semilogy(path**2 / 2, ".-", color=color, lw=1, label=f"$\\lambda$ = {lr}")
    axes[0].set_ylabel("$f(w)$, first 8 steps")
    axes[-1].set(title="The loss of each", xlabel="step", ylim=(1e-9, 1e3))
    axes[-1].legend()
    figure.tight_layout()
    plt.show()


def valley(height, paths):
    """Each path of points (x, y) on the contour lines of the height; the titles are given with the paths."""
    figure, axes = plt.subplots(1, len(paths), figsize=(13, 4.2), sharey=True)
    x, y = np.linspace(-1.2, 1.3, 200), np.linspace(-0.4, 0.6, 200)
    heights = np.log(height(*np.meshgrid(x, y)) + 0.03)
    for axis, (title, path), color in zip(axes, paths.items(), (RED, ORANGE, GREEN), strict=True):
        axis.contourf(x, y, heights, levels=18, cmap="Blues_r", alpha=0.75)
        axis.plot(*path.T, ".-", color=color, lw=0.8, ms=3)
        axis.plot(*path[0], "o", color="black", ms=7, label="start")
        axis.plot(1, 1 / 3, "*", color="white", mec="black", ms=15, label="minimum")
        axis.set(title=title, xlabel="$x$", xlim=x[[0, -1]], ylim=y[[0, -1]])
        axis.grid(visible=False)
    axes[0].set_ylabel("$y$")
    axes[-1].legend(loc="lower left", frameon=True)
    figure.tight_layout()
    plt.show()


def losses(batch, smooth, epoch, noise):
    """The loss of each mini-batch, its moving average and the mean of each epoch; lambda falls after half of them."""
    per_epoch = len(batch) // len(epoch)
    plt.semilogy(batch, color="0.75", lw=0.9, label="each mini-batch")
    plt.semilogy(smooth, color=ORANGE, label="moving average")
    plt.semilogy((np.arange(len(epoch)) + 0.5) * per_epoch, epoch, "o", color=BLUE, ms=6, label="mean of the epoch")
    plt.axvline(len(batch) // 2, ymax=0.7, color="0.4", ls="--", lw=1, label="$\\lambda$ falls to a tenth")
    plt.axhline(noise, color=GREEN, ls=":", label="variance of the noise in the targets")
    plt.title("One run, three ways to look at its loss")
    plt.xlabel("mini-batch")
    plt.ylabel("loss")
    plt.legend(loc="upper right")
    plt.show()


def cliffs(rates, runs):
    """For each tau the measured distances (solid), what the factor per step predicts (dotted) and the limit (dashed)."""
    for (tau, (measured, predicted, limit)), color in zip(runs.items(), (RED, GREEN, BLUE), strict=True):
        plt.semilogy(rates, measured, color=color, label=f"$\\tau$ = {tau}")
        plt.semilogy(rates, predicted, ":", color=color)
        plt.axvline(limit, color=color, ls="--", lw=1)
    plt.ylim(1e-18, 1e6)
    plt.title("Measured (solid), your factor (dotted), your limit (dashed)")
    plt.xlabel("learning rate $\\lambda$")
    plt.ylabel("distance after 150 steps")
    plt.legend(loc="upper left")
    plt.show()


def forms(paths, fall):
    """The paths of several forms; the learning rate falls at a step."""
    styles = (
        {"color": BLUE, "lw": 6, "alpha": 0.3},
        {"color": ORANGE, "lw": 2.5, "alpha": 0.7},
        {"color": GREEN, "ls": "", "marker": ".", "ms": 7},
        {"color": RED, "lw": 1, "marker": ".", "ms": 5},
    )
    for (name, path), style in zip(paths.items(), styles, strict=True):
        plt.plot(path, label=name, **style)
    plt.axvline(fall, color="0.4", ls="--", lw=1)
    plt.title("$\\lambda$ falls to a fifth at the dashed line")
    plt.xlabel("step")
    plt.ylabel("$w$")
    plt.legend(loc="upper right")
    plt.show()


def shrinking(points, curves, alphas, found):
    """Left the data with fitted curves; right the norm of the weights and two errors against alpha."""
    figure, axes = plt.subplots(1, 2, figsize=(12, 4.6))
    for (name, (x, y)), (color, style) in zip(
        curves.items(), ((GREY, ":"), (ORANGE, "-"), (GREEN, "-"), (RED, "-")), strict=True
    ):
        axes[0].plot(x, y, style, color=color, label=name)
    axes[0].plot(*points, "o", color="black", ms=6, zorder=3)
    axes[0].set(title="Eight points, degree 7", xlabel="$x$", ylabel="$y$", ylim=(-2.0, 2.0))
    axes[0].legend(fontsize=9, loc="upper left")
    for (name, values), color in zip(found.items(), (BLUE, ORANGE, GREEN), strict=True):
        axes[1].loglog(alphas, values, "o-", color=color, ms=4, label=name)
    axes[1].set(title="The price of large weights", xlabel="$\\alpha$")
    axes[1].legend(fontsize=9)
    figure.tight_layout()
    plt.show()
