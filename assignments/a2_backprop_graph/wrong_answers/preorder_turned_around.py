# %% [markdown] fails=["test_topo_order::test_skip_connection", "test_topo_order::test_many_diamonds", "test_backprop::test_skip_connection", "test_backprop::test_many_diamonds"]
# Depth first, each node before its inputs, and the list turned around: right for trees.

# %% answer="topo_order"
def topo_order(graph, out):
    order = []

    def walk(node):
        if node not in order:
            order.append(node)
            for name in graph[node][1]:
                walk(name)

    walk(out)
    return order[::-1]
