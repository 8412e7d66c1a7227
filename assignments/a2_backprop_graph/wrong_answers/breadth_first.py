# %% [markdown] fails=["test_topo_order::test_skip_connection", "test_backprop::test_skip_connection"]
# Walks from the end, layer by layer, and turns the list around: a node is met through its shortest way.

# %% answer="topo_order"
def topo_order(graph, out):
    found = [out]
    for node in found:
        found += [name for name in dict.fromkeys(graph[node][1]) if name not in found]
    return found[::-1]
