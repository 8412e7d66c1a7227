# %% [markdown]
# Asks each node for the sum over its users, and remembers the answers: backpropagation from the other side.

# %% answer="backprop"
def backprop(graph, values, out):
    needed, grads = topo_order(graph, out), {out: 1.0}

    def gradient_of(node):
        if node not in grads:
            grads[node] = 0.0
            for user in needed:
                op, inputs = graph[user]
                for k, name in enumerate(inputs):
                    if name == node:
                        part = BACKWARD[op](gradient_of(user), *(values[i] for i in inputs))[k]
                        grads[node] = grads[node] + part
        return grads[node]

    return {node: gradient_of(node) for node in reversed(needed)}
