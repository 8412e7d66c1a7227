# %% [markdown] fails=["test_backprop::test_every_operation", "test_backprop::test_fan_out", "test_backprop::test_one_node_twice_in_a_gate", "test_backprop::test_skip_connection", "test_backprop::test_many_diamonds", "test_backprop::test_arrays", "test_network::test_gradients_of_your_engine"]
# Hands 1 to every backward rule instead of the gradient of the gate: local derivatives are added up.

# %% answer="backprop"
def backprop(graph, values, out):
    grads = dict.fromkeys(topo_order(graph, out), 0.0)
    grads[out] = 1.0
    for node in reversed(topo_order(graph, out)):
        op, inputs = graph[node]
        if inputs:
            for name, part in zip(inputs, BACKWARD[op](1.0, *[values[i] for i in inputs])):
                grads[name] += part
    return grads
