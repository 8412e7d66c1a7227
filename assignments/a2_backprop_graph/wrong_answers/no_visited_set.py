# %% [markdown] fails=["test_topo_order::test_skip_connection", "test_topo_order::test_each_node_once", "test_topo_order::test_many_diamonds", "test_backprop::test_one_node_twice_in_a_gate", "test_backprop::test_skip_connection", "test_backprop::test_many_diamonds"]
# Depth first without a memory of what has been visited: nodes are repeated, and diamonds take for ever.

# %% answer="topo_order"
def topo_order(graph, out):
    order = []
    for name in graph[out][1]:
        order += topo_order(graph, name)
    return order + [out]
