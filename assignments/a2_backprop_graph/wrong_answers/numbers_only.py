# %% [markdown] fails=["test_backprop::test_arrays", "test_network::test_gradients_of_your_engine"]
# Adds up what arrives as numbers: the entries of an array are summed.

# %% answer="backprop"
def backprop(graph, values, out):
    grads = dict.fromkeys(topo_order(graph, out), 0.0) | {out: 1.0}
    for node in reversed(topo_order(graph, out)):
        op, inputs = graph[node]
        if inputs:
            for name, part in zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])):
                grads[name] += float(np.sum(part))
    return grads
