# %% [markdown] fails=["test_topo_order::test_many_diamonds", "test_backprop::test_many_diamonds"]
# Follows every path and removes the duplicates at the end.

# %% answer="topo_order"
def topo_order(graph, out):
    order = []

    def walk(node):
        for name in graph[node][1]:
            walk(name)
        order.append(node)

    walk(out)
    return list(dict.fromkeys(order))
