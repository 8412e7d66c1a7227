# %% [markdown] fails=["test_backprop::test_one_node_twice_in_a_gate"]
# Collects the parts in a dictionary by input: a node used twice by one gate has room for one.

# %% answer="backprop"
def backprop(graph, values, out):
    grads = dict.fromkeys(topo_order(graph, out), 0.0)
    grads[out] = 1.0
    for node in reversed(topo_order(graph, out)):
        op, inputs = graph[node]
        if inputs:
            parts = dict(zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])))
            for name, part in parts.items():
                grads[name] += part
    return grads
