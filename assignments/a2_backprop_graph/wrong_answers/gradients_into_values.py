# %% [markdown] fails=["test_backprop::test_each_call_starts_from_zero"]
# Stores the gradients in the caller's dictionary of values.

# %% answer="backprop"
def backprop(graph, values, out):
    numbers = dict(values)
    for node in topo_order(graph, out):
        values[node] = 0.0
    values[out] = 1.0
    for node in reversed(topo_order(graph, out)):
        op, inputs = graph[node]
        if inputs:
            for name, part in zip(inputs, BACKWARD[op](values[node], *[numbers[i] for i in inputs])):
                values[name] += part
    return {node: values[node] for node in topo_order(graph, out)}
