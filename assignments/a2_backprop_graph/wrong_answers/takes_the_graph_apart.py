# %% [markdown] fails=["test_topo_order::test_graph_stays_as_it_is", "test_backprop::test_slide", "test_backprop::test_every_operation", "test_backprop::test_fan_out", "test_backprop::test_one_node_twice_in_a_gate", "test_backprop::test_skip_connection", "test_backprop::test_only_what_leads_to_out", "test_backprop::test_many_diamonds", "test_backprop::test_each_call_starts_from_zero", "test_backprop::test_arrays", "test_network::test_gradients_of_your_engine"]
# Takes each visited node out of the caller's dictionary; nothing is left for the way back.

# %% answer="topo_order"
def topo_order(graph, out):
    order = []

    def walk(node):
        if node in graph:
            for name in graph.pop(node)[1]:
                walk(name)
            order.append(node)

    walk(out)
    return order
