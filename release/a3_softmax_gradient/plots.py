"""The pictures of this assignment: everything that draws, so that the notebook can show what computes."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb

BLUE, ORANGE, GREEN, RED = "#2f6db5", "#e08214", "#3b9b5a", "#c0392b"
CORNERS = np.array([[0.0, 0.0], [0.5, np.sqrt(3) / 2], [1.0, 0.0]])

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


def gradient_bars(predictions, truths, gradients, losses, names=("cat", "dog", "bear")):
    """Prediction and truth of each example, and below them the gradient of its loss."""
    figure, axes = plt.subplots(2, len(losses), figsize=(11, 5.6), sharex=True, sharey="row")
    places = np.arange(len(names))
    for n, (top, bottom) in enumerate(axes.T):
        top.bar(places, np.asarray(truths)[n], color="0.85", width=0.8, label="truth $y$")
        top.bar(places, np.asarray(predictions)[n], color=BLUE, width=0.5, label=r"prediction $\hat y$")
        top.set_title(f"loss {float(losses[n]):.2f}")
        gradient = np.asarray(gradients)[n]
        bottom.bar(places, gradient, color=[GREEN if g < 0 else RED for g in gradient], width=0.5)
        bottom.axhline(0, color="black", lw=0.8)
        bottom.set_xticks(places, names)
    axes[0, 0].set_ylabel("probability")
    axes[1, 0].set_ylabel(r"gradient $\hat y - y$")
    figure.suptitle("The gradient is the error: descent raises green scores and lowers red ones")
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="lower center", ncols=2)
    plt.show()


def _triangle(axis, title):
    axis.plot(*np.vstack([CORNERS, CORNERS[:1]]).T, color="black", lw=1)
    for corner, name, shift in zip(CORNERS, ["cat", "dog", "bear"], [(-14, -14), (0, 6), (14, -14)], strict=True):
        axis.annotate(name, corner, shift, textcoords="offset points", ha="center", fontsize=11)
    axis.set_title(title, pad=24)
    axis.set(aspect="equal", xlim=(-0.1, 1.1), ylim=(-0.08, 0.92))
    axis.axis("off")


def simplex(clouds, paths):
    """Probabilities of three classes: clouds {name: (n, 3)} on the left, paths [(steps, 3)] to "dog" on the right."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5.2), layout="constrained")
    for (name, cloud), color in zip(clouds.items(), (GREEN, ORANGE, RED), strict=True):
        left.plot(*(np.asarray(cloud) @ CORNERS).T, ".", color=color, ms=5, alpha=0.7, label=name)
    _triangle(left, "The lower the temperature, the nearer to a corner")
    left.legend(loc="upper left", fontsize=9)
    n = 120
    weights = np.array([[p, q, n - p - q] for p in range(n + 1) for q in range(n + 1 - p)]) / n
    height = -np.log(np.maximum(weights[:, 1], 1e-9))
    shade = right.tricontourf(
        *(weights @ CORNERS).T, height, levels=np.arange(0, 5.1, 0.5), cmap="Blues", extend="max", alpha=0.85
    )
    for path in paths:
        right.plot(*(np.asarray(path) @ CORNERS).T, color=ORANGE, lw=1.2)
        right.plot(*(np.asarray(path)[0] @ CORNERS), ".", color="black", ms=5)
    _triangle(right, "Every descent ends at the label")
    figure.colorbar(shade, ax=right, label=r"loss $-\log \hat y_{dog}$", shrink=0.8)
    plt.show()


def regions(X, labels, moments, softmax):
    """The class that a model prefers, shaded by its probability, for each (step, loss, W, b) of a training run."""
    colors = np.array([to_rgb(color) for color in (BLUE, ORANGE, GREEN)])
    grid = np.linspace(-4, 4, 160)
    places = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    figure, axes = plt.subplots(1, len(moments), figsize=(14, 3.7), layout="constrained")
    for axis, (step, loss, W, b) in zip(axes, moments, strict=True):
        P = np.asarray(softmax(places @ np.asarray(W).T + b))
        strength = (P.max(axis=1, keepdims=True) - 1 / 3) * 1.1
        image = (1 - strength) + strength * colors[P.argmax(axis=1)]
        axis.imshow(np.clip(image, 0, 1).reshape(160, 160, 3), extent=(-4, 4, -4, 4), origin="lower")
        axis.scatter(*X.T, c=colors[labels], s=14, edgecolors="black", linewidths=0.4)
        axis.set(xticks=[], yticks=[])
        axis.grid(False)
        axis.set_title(f"step {step}: loss {float(loss):.3f}\n|W| = {np.linalg.norm(W):.2f}", fontsize=10)
    figure.suptitle("First the boundaries turn, then the confidence grows")
    plt.show()


def temperatures(grid, losses, chosen):
    """The loss against the temperature, for each {name: list}; ``chosen`` is the temperature that was tried."""
    figure, axis = plt.subplots()
    for (name, values), color in zip(losses.items(), (BLUE, ORANGE), strict=True):
        axis.semilogx(grid, values, "-", color=color, lw=2, label=name)
        axis.plot(grid[int(np.argmin(values))], min(values), "o", color=color)
    axis.axvline(chosen, color="0.5", ls=":", label=f"your temperature, {chosen:g}")
    ticks = (0.25, 0.5, 1, 2, 4, 8)
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    axis.set(title="The loss against the temperature; the dots are the minima", xlabel="temperature $T$", ylabel="loss")
    axis.legend()
    figure.tight_layout()
    plt.show()
