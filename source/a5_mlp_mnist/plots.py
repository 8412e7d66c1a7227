"""Draws the pictures of this assignment, so that the notebook shows only what computes."""

import time

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.display import display

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


def in_a_notebook():
    """Whether this runs in Jupyter, where a picture can be replaced by a newer one."""
    return getattr(get_ipython(), "kernel", None) is not None


class Live:
    """A progress bar, and below it the loss and the accuracy so far, drawn again after each epoch.

    Without a notebook only the bar is printed. ``pause`` is the shortest time between two drawings, in seconds:
    training should not wait for its picture.
    """

    def __init__(self, epochs, title="", pause=0.5):
        self.epochs, self.title, self.pause = epochs, title, pause
        self.losses, self.train, self.validation = [], [], []
        self.start = time.perf_counter()
        self.drawn = -np.inf
        self.bar = self.picture = None

    def add(self, loss, train_accuracy, validation_accuracy):
        """One more epoch: its loss, and the accuracy on the training and on the validation images."""
        self.losses.append(loss)
        self.train.append(100 * train_accuracy)
        self.validation.append(100 * validation_accuracy)
        last = len(self.losses) == self.epochs
        if not in_a_notebook():
            print(self.line())
        elif last or time.perf_counter() - self.drawn > self.pause:
            self.draw()
            self.drawn = time.perf_counter()

    def line(self):
        """The progress bar: how far, how well, how long."""
        done, seconds = len(self.losses), time.perf_counter() - self.start
        full = round(24 * done / self.epochs)
        left = "" if done == self.epochs else f", {seconds / done * (self.epochs - done):.1f} s to go"
        return (
            f"epoch {done:>3} of {self.epochs}  {'█' * full}{'░' * (24 - full)}  loss {self.losses[-1]:.4f}  "
            f"validation {self.validation[-1]:.2f} %  {seconds:.1f} s{left}"
        )

    def draw(self):
        """Replaces the bar and the picture by new ones."""
        figure, axes = plt.subplots(1, 2, figsize=(11.5, 4.0))
        epochs = np.arange(1, len(self.losses) + 1)
        axes[0].semilogy(epochs, self.losses, "o-", color=BLUE, ms=4)
        axes[0].set(title="loss on the training images", xlabel="epoch")
        for which in (axes[0].yaxis.set_major_formatter, axes[0].yaxis.set_minor_formatter):
            which(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "1235" else "")
        axes[1].plot(epochs, self.train, "o-", color=ORANGE, ms=4, label="training")
        axes[1].plot(epochs, self.validation, "s-", color=GREEN, ms=4, label="validation")
        lowest = min(self.train + self.validation)
        axes[1].set(title="accuracy in %", xlabel="epoch", ylim=(min(99.0, np.floor(lowest) - 0.5), 100.2))
        axes[1].legend(loc="lower right")
        for axis in axes:
            axis.set_xlim(0.5, max(self.epochs, 2) + 0.5)
        if self.title:
            figure.suptitle(self.title)
        figure.tight_layout()
        plt.close(figure)  # or Jupyter shows it a second time at the end of the cell
        text = {"text/plain": self.line()}
        if self.bar is None:
            self.bar = display(text, raw=True, display_id=True)
            self.picture = display(figure, display_id=True)
        else:
            self.bar.update(text, raw=True)
            self.picture.update(figure)


def _picture(axis, image, **settings):
    axis.imshow(image, interpolation="nearest", **settings)
    axis.set(xticks=[], yticks=[])
    axis.grid(False)
    for spine in axis.spines.values():
        spine.set_visible(False)


def samples(images, labels, columns=16):
    """Some images of each class, one class in a row."""
    figure, axes = plt.subplots(10, columns, figsize=(0.55 * columns, 5.5))
    for digit, row in enumerate(axes):
        for axis, image in zip(row, images[labels == digit], strict=False):
            _picture(axis, image, cmap="gray_r")
        row[0].set_ylabel(digit, rotation=0, labelpad=12, va="center", fontsize=12)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.set_frame_on(False)
    figure.suptitle("What the labels call 0 ... 9", y=0.94)
    plt.show()


def spread_by_depth(spreads):
    """The size of the activations against the depth, for each {name: (color, list)}."""
    figure, axis = plt.subplots(figsize=(8.5, 4.5))
    for name, (color, values) in spreads.items():
        axis.semilogy(range(len(values)), values, "o-", color=color, ms=4, label=name)
    axis.set(title="How large the activations are, layer by layer", xlabel="layer (0: the image)")
    axis.set_ylabel("root mean square")
    axis.legend(title="variance of the weights", loc="center left", bbox_to_anchor=(1.0, 0.5))
    plt.show()


def first_layer(before, after, columns=12):
    """The weights of the units that changed most, each as an image, and below what training has added to them."""
    side = int(len(after[0]) ** 0.5)
    change = after - before
    most = np.argsort(-np.square(change).sum(axis=1))[: 2 * columns]
    limit = np.percentile(np.abs(after[most]), 99.5)
    figure, rows = plt.subplots(4, columns, figsize=(0.95 * columns, 4.7))
    for axis, weights in zip(rows.flat, np.concatenate([after[most], change[most]]), strict=True):
        _picture(axis, weights.reshape(side, side), cmap="RdBu_r", vmin=-limit, vmax=limit)
    rows[0, 0].set_title("weights of the first layer: red adds, blue subtracts", loc="left")
    rows[2, 0].set_title("what training has added to them", loc="left")
    figure.subplots_adjust(wspace=0.08, hspace=0.08)
    for axis in rows[2:].flat:  # room for the second title
        box = axis.get_position()
        axis.set_position([box.x0, box.y0 - 0.08, box.width, box.height])
    plt.show()


def confusion(truth, predicted):
    """How often each digit was taken for which; the diagonal says how many per cent were right."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (truth, predicted), 1)
    wrong = np.where(np.eye(10, dtype=bool), 0, counts)
    figure, axis = plt.subplots(figsize=(6.8, 6.2))
    axis.imshow(wrong, cmap="Oranges", vmax=1.7 * max(1, wrong.max()))
    for row, column in np.ndindex(10, 10):
        if row == column:
            axis.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, color="0.92"))
            share = f"{100 * counts[row, row] / max(1, counts[row].sum()):.1f}"
            axis.text(column, row, share, ha="center", va="center", color="0.35", fontsize=9)
        elif wrong[row, column]:
            axis.text(column, row, wrong[row, column], ha="center", va="center", fontsize=10)
    axis.set(xticks=range(10), yticks=range(10), xlabel="the network says", ylabel="the label says")
    axis.set_title(f"{wrong.sum()} mistakes of {counts.sum():,} (diagonal: % right)")
    axis.grid(False)
    plt.show()


def worst_mistakes(images, truth, predicted, probability, rows=3, columns=8):
    """The mistakes that the network was most sure of."""
    wrong = np.flatnonzero(truth != predicted)
    worst = wrong[np.argsort(-probability[wrong])][: rows * columns]
    figure, axes = plt.subplots(rows, columns, figsize=(1.35 * columns, 1.75 * rows), squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for axis, index in zip(axes.flat, worst, strict=False):
        _picture(axis, images[index], cmap="gray_r")
        axis.set_title(f"a {predicted[index]}, {100 * probability[index]:.0f} %", fontsize=10, color=RED, pad=3)
        axis.text(0.5, -0.13, f"label {truth[index]}", transform=axis.transAxes, ha="center", fontsize=9, color="0.3")
    figure.suptitle("Wrong, and sure of it")
    figure.subplots_adjust(hspace=0.45, wspace=0.15, top=0.87)
    plt.show()


def runs(found):
    """Loss (left) and validation accuracy (right) of several runs {name: (losses, accuracies)}, from epoch 0."""
    figure, axes = plt.subplots(1, 2, figsize=(12.5, 4.6))
    colors = ("black", RED, ORANGE, BLUE, GREEN, "#8e5ea2", "0.6")
    for (name, (losses, accuracies)), color in zip(found.items(), colors, strict=True):
        epochs = np.arange(len(losses))
        axes[0].plot(epochs, losses, "o-", color=color, ms=4)
        axes[1].plot(epochs, 100 * np.array(accuracies), "o-", color=color, ms=4, label=name)
    axes[0].axhline(np.log(10), color="0.4", ls="--", lw=1)
    axes[0].text(2.6, np.log(10) + 0.05, "ln 10", color="0.3", fontsize=9)
    axes[0].set(title="what each run calls its loss", xlabel="epoch", ylim=(0, None))
    axes[1].set(title="validation accuracy in %", xlabel="epoch")
    axes[1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    for axis in axes:
        axis.set_xticks(epochs)
    figure.tight_layout()
    plt.show()


def memorised(losses, train, validation):
    """Loss and accuracies of a network that learns shuffled labels by heart."""
    figure, axes = plt.subplots(1, 2, figsize=(11.5, 4.0))
    epochs = np.arange(1, len(losses) + 1)
    axes[0].plot(epochs, losses, color=BLUE)
    axes[0].set(title="loss on the shuffled labels", xlabel="epoch", ylim=(0, None))
    axes[1].plot(epochs, 100 * np.array(train), color=ORANGE, label="the shuffled labels it was given")
    axes[1].plot(epochs, 100 * np.array(validation), color=GREEN, label="validation, true labels")
    axes[1].axhline(10, color="0.4", ls="--", lw=1, label="guessing")
    axes[1].set(title="accuracy in %", xlabel="epoch", ylim=(0, 104))
    axes[1].legend(loc="center right")
    figure.tight_layout()
    plt.show()


def against_batch_size(sizes, seconds, accuracies):
    """Seconds per epoch against the batch size, for each {way: list}; and the accuracy reached with each size."""
    figure, axes = plt.subplots(1, 2, figsize=(12.5, 4.6), width_ratios=(1.4, 1))
    for (way, values), color, mark in zip(seconds.items(), (RED, BLUE, GREEN), "os^", strict=False):
        axes[0].loglog(sizes, values, mark + "-", color=color, ms=7, lw=2, label=way)
    axes[0].yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    low, high = min(map(min, seconds.values())), max(map(max, seconds.values()))
    ticks = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
    axes[0].set_yticks([tick for tick in ticks if low / 2 <= tick <= high * 2])
    axes[0].set(title="Time against batch size", xlabel="batch size $B$", ylabel="seconds per epoch")
    axes[0].legend()
    axes[1].semilogx(sizes, accuracies, "s-", color=BLUE, ms=7, lw=2)
    axes[1].set(title="... and what four epochs were worth", xlabel="batch size $B$", ylabel="validation accuracy in %")
    for axis in axes:
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.minorticks_off()
    figure.tight_layout()
    plt.show()
