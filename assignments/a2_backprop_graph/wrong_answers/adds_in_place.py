# %% [markdown] fails=["test_backprop::test_arrays"]
# += on an array that another gradient shares: the rule of add gave both inputs the same one.

# %% answer="backprop"
def backprop(graph, values, out):
    grads = {out: 1.0}
    for node in reversed(topo_order(graph, out)):
        op, inputs = graph[node]
        if inputs:
            for name, part in zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])):
                if name in grads:
                    grads[name] += part
                else:
                    grads[name] = part
    return grads
