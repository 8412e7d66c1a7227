# %% [markdown] fails=["test_backprop::test_one_node_twice_in_a_gate"]
# Looks the part of an input up with inputs.index(name): a node used twice by one gate gets the first one twice.

# %% answer="backprop"
def backprop(graph, values, out):
    order = topo_order(graph, out)
    grads = dict.fromkeys(order, 0.0) | {out: 1.0}
    for node in reversed(order):
        op, inputs = graph[node]
        if op == "input":
            continue
        parts = BACKWARD[op](grads[node], *(values[name] for name in inputs))
        for name in inputs:
            grads[name] += parts[inputs.index(name)]
    return grads
