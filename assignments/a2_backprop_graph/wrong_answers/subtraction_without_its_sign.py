# %% [markdown] fails=["test_backprop::test_every_operation", "test_backprop::test_each_call_starts_from_zero", "test_backprop::test_one_node_twice_in_a_gate", "test_backprop::test_arrays"]
# Writes the derivatives down by hand and gives both inputs of a difference a plus.

# %% answer="backprop"
def backprop(graph, values, out):
    grads = dict.fromkeys(topo_order(graph, out), 0.0)
    grads[out] = 1.0
    for node in reversed(topo_order(graph, out)):
        op, inputs = graph[node]
        numbers = [values[name] for name in inputs]
        dout = grads[node]
        parts = (dout, dout) if op == "sub" else BACKWARD[op](dout, *numbers) if inputs else ()
        for name, part in zip(inputs, parts):
            grads[name] += part
    return grads
