# %% [markdown] fails=["test_backprop::test_fan_out", "test_backprop::test_one_node_twice_in_a_gate", "test_backprop::test_skip_connection", "test_backprop::test_many_diamonds", "test_backprop::test_each_call_starts_from_zero", "test_backprop::test_arrays"]
# = instead of += where arrows meet.

# %% answer="backprop"
def backprop(graph, values, out):
    grads = {out: 1.0}
    for node in reversed(topo_order(graph, out)):
        op, inputs = graph[node]
        if inputs:
            for name, part in zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])):
                grads[name] = part
    return grads
