# %% [markdown] fails=["test_topo_order::test_skip_connection", "test_topo_order::test_keys_in_any_order", "test_topo_order::test_only_what_is_needed", "test_backprop::test_skip_connection"]
# Trusts the order in which the nodes were written down.

# %% answer="topo_order"
def topo_order(graph, out):
    return list(graph)
