# %% [markdown] fails=["test_backprop::test_skip_connection"]
# Goes back breadth first, and passes each node's gradient on when its nearest user is done.

# %% answer="backprop"
def backprop(graph, values, out):
    grads, queue = {out: 1.0}, [out]
    for node in queue:
        op, inputs = graph[node]
        if op == "input":
            continue
        for name, part in zip(inputs, BACKWARD[op](grads[node], *[values[i] for i in inputs])):
            grads[name] = grads.get(name, 0.0) + part
            if name not in queue:
                queue.append(name)
    return grads
