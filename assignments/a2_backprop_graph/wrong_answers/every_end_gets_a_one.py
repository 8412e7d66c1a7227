# %% [markdown] fails=["test_backprop::test_only_what_leads_to_out"]
# Starts with 1 at every node that nobody uses, and walks through the whole graph.

# %% answer="backprop"
def backprop(graph, values, out):
    order = []
    for node in graph:
        order += [name for name in topo_order(graph, node) if name not in order]
    used = {name for _, inputs in graph.values() for name in inputs}
    grads = {node: 0.0 if node in used else 1.0 for node in graph}
    grads[out] = 1.0
    for node in reversed(order):
        op, inputs = graph[node]
        if inputs:
            for name, part in zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])):
                grads[name] += part
    return grads
