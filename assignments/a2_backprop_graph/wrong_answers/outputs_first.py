# %% [markdown] fails=["test_topo_order::test_slide", "test_topo_order::test_skip_connection", "test_topo_order::test_each_node_once", "test_topo_order::test_keys_in_any_order", "test_topo_order::test_only_what_is_needed", "test_topo_order::test_many_diamonds", "test_topo_order::test_graph_stays_as_it_is"]
# Appends a node before its inputs.

# %% answer="topo_order"
def topo_order(graph, out):
    order = []

    def walk(node):
        if node not in order:
            order.append(node)
            for name in graph[node][1]:
                walk(name)

    walk(out)
    return order


# %% answer="backprop"
def backprop(graph, values, out):
    order = topological(graph, out)
    grads = dict.fromkeys(order, 0.0)
    grads[out] = 1.0
    for node in reversed(order):
        op, inputs = graph[node]
        if inputs:
            for name, part in zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])):
                grads[name] += part
    return grads


def topological(graph, out):
    order = []

    def walk(node):
        for name in graph[node][1]:
            if name not in order:
                walk(name)
        order.append(node)

    walk(out)
    return order
