# %% [markdown] fails=["test_topo_order::test_only_what_is_needed"]
# Orders all nodes of the graph, also those that the end does not depend on.

# %% answer="topo_order"
def topo_order(graph, out):
    order = []

    def walk(node):
        if node not in order:
            for name in graph[node][1]:
                walk(name)
            order.append(node)

    for node in graph:
        walk(node)
    return order
