# %% [markdown]
# Python's own graphlib orders the graph, and all nodes of the graph get a gradient, some of them 0.

# %% answer="topo_order"
import graphlib


def topo_order(graph, out):
    needed = {out}
    for node in reversed(list(graphlib.TopologicalSorter({k: v[1] for k, v in graph.items()}).static_order())):
        if node in needed:
            needed.update(graph[node][1])
    return list(graphlib.TopologicalSorter({node: graph[node][1] for node in needed}).static_order())


# %% answer="backprop"
def backprop(graph, values, out):
    grads = {node: np.float64(node == out) for node in graph}
    for node in topo_order(graph, out)[::-1]:
        op, inputs = graph[node]
        if op != "input":
            for k, name in enumerate(inputs):
                grads[name] = grads[name] + BACKWARD[op](grads[node], *(values[i] for i in inputs))[k]
    return grads
