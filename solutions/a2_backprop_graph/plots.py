"""The pictures of this assignment: everything that draws, so that the notebook can show what computes."""

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED = "#2f6db5", "#e08214", "#2e8b57", "#c0392b"
SIGNS = {"add": "+", "sub": "−", "mul": "×", "square": "(·)²", "exp": "exp", "sin": "sin"}

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


def _wire(axis, start, end, value, gradient):
    """Draws one arrow, with its value above it and its gradient below it."""
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


def _graph(title, places, wires, leaves, size):
    """Draws a graph from left to right: places of the nodes, wires (from, to, value, gradient), names of the leaves."""
    _, axis = plt.subplots(figsize=size)
    for start, end, value, gradient in wires:
        _wire(axis, places[start], places[end], value, gradient)
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


def three_letters(forward, backward, x, y, z):
    """The graph of f = x * y + z with the numbers of your two functions on it."""
    f, cache = forward(x, y, z)
    dx, dy, dz = backward(cache)
    places = {"x": (0, 2), "y": (0, 0.6), "z": (2.2, -0.4), "×": (2.2, 1.3), "+": (4.4, 0.6), "f": (6.4, 0.6)}
    wires = [("x", "×", x, dx), ("y", "×", y, dy), ("×", "+", x * y, 1), ("z", "+", z, dz), ("+", "f", f, 1)]
    _graph("$f = x \\cdot y + z$, forward and backward", places, wires, "xyz", (8.5, 3.6))


def branch(forward, backward, x, y, z):
    """The graph of f = (x * y + z) * x; the two red numbers at x add up to dx."""
    (f, cache), q = forward(x, y, z), x * y + z
    dx, dy, dz = backward(cache)
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
    _graph(title, places, wires, leaves, (9.5, 4.6))


def costs(visits, paths, reach=40):
    """The seconds that backpropagation and the sum over all paths take, {diamonds: seconds} for each."""
    plt.semilogy(visits.keys(), visits.values(), "o-", ms=4, color=BLUE, label="backprop: each arrow once")
    plt.semilogy(paths.keys(), paths.values(), "o-", ms=4, color=RED, label="every path separately")
    last = max(paths)
    more = np.arange(last, reach + 1)
    plt.semilogy(more, paths[last] * 2.0 ** (more - last), ":", color=RED, label="the same, extrapolated")
    for span, name in ((60.0, "a minute"), (86400.0, "a day"), (3.15e7, "a year")):
        plt.axhline(span, color="0.75", lw=0.8)
        plt.text(1, span * 1.3, name, color="0.4", fontsize=9)
    plt.ylim(1e-6, 1e9)
    plt.xlabel("diamonds in a row")
    plt.ylabel("seconds")
    plt.title("Adding at the branches turns $2^k$ paths into $4k$ products")
    plt.legend(loc="lower right", bbox_to_anchor=(1.0, 0.2), fontsize=9)
    plt.show()


def by_layer(sizes, title):
    """The size of the gradient of the weights, layer by layer."""
    layers = range(1, len(sizes) + 1)
    plt.semilogy(layers, sizes, "o-", color=BLUE)
    plt.xticks(layers)
    plt.xlabel("layer $k$")
    plt.ylabel(r"$\Vert dW_k \Vert$")
    plt.title(title)
    plt.show()


def _levels(graph, order):
    """For each node the length of the longest path that leads to it."""
    level = {}
    for node in order:
        level[node] = max((level[name] + 1 for name in graph[node][1]), default=0)
    return level


def traced(graph, values, grads, shares, leaves):
    """A graph that was traced; leaves maps a node to its name and place, and each gate stands between what it uses.

    The shares of a gate are what it sends to each of its inputs.
    """
    order = [node for node in graph if node in grads]
    level, places, labels, wires = _levels(graph, order), {}, {}, []
    for number, node in enumerate(order):
        op, names = graph[node]
        if op == "input":
            labels[node], places[node] = leaves[node]
            continue
        labels[node] = SIGNS[op] + " " * number  # spaces tell apart two gates of one kind, and are not drawn
        places[node] = (2.1 * level[node], np.mean([places[name][1] for name in names]))
        parts = zip(names, shares[node], strict=True)
        wires += [(labels[name], labels[node], values[name], part) for name, part in parts]
    out = order[-1]
    x, y = places[out]
    wires.append((labels[out], "z", values[out], grads[out]))
    drawn = {labels[node]: places[node] for node in order} | {"z": (x + 2.1, y)}
    shown = {name for name, _ in leaves.values()}
    _graph("A traced loss: $z = (x_1 w_1 + x_2 w_2 - y)^2$", drawn, wires, shown, (10.5, 5.6))
