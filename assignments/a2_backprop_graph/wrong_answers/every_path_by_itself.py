# %% [markdown] fails=["test_backprop::test_many_diamonds", "test_network::test_gradients_of_your_engine"]
# Right, and one path after the other: forty diamonds take a month.

# %% answer="backprop"
def backprop(graph, values, out):
    def slope(node, leaf):
        if node == leaf:
            return 1.0
        op, inputs = graph[node]
        if op == "input":
            return 0.0
        return sum(s * slope(i, leaf) for i, s in zip(inputs, BACKWARD[op](1.0, *[values[i] for i in inputs])))

    return {node: slope(out, node) for node in topo_order(graph, out)}
