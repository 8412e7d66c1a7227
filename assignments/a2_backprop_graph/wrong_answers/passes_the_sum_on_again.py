# %% [markdown] fails=["test_backprop::test_one_node_twice_in_a_gate", "test_backprop::test_skip_connection", "test_backprop::test_many_diamonds"]
# Each time something arrives at a node, passes on all that has arrived so far.

# %% answer="backprop"
def backprop(graph, values, out):
    grads = {out: 1.0}

    def push(node):
        op, inputs = graph[node]
        if op == "input":
            return
        for name, part in zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])):
            grads[name] = grads.get(name, 0.0) + part
            push(name)

    push(out)
    return grads
