# %% [markdown] fails=["test_backprop::test_slide", "test_backprop::test_every_operation", "test_backprop::test_fan_out", "test_backprop::test_one_node_twice_in_a_gate", "test_backprop::test_skip_connection", "test_backprop::test_only_what_leads_to_out", "test_backprop::test_many_diamonds", "test_backprop::test_each_call_starts_from_zero", "test_backprop::test_arrays"]
# Returns the gradients of the leaves and keeps those of the gates to itself.

# %% answer="backprop"
def backprop(graph, values, out):
    grads = dict.fromkeys(topo_order(graph, out), 0.0)
    grads[out] = 1.0
    for node in reversed(topo_order(graph, out)):
        op, inputs = graph[node]
        if inputs:
            for name, part in zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])):
                grads[name] += part
    return {node: grad for node, grad in grads.items() if graph[node][0] == "input"}
