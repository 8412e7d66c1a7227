# %% [markdown]
# No order is needed for the way back: a node goes on when the last of its users has reported. And Kahn's order.

# %% answer="topo_order"
def topo_order(graph, out):
    needed, stack = set(), [out]
    while stack:
        node = stack.pop()
        if node not in needed:
            needed.add(node)
            stack += graph[node][1]
    waiting = {node: len(set(graph[node][1])) for node in needed}
    ready, order = [node for node in needed if not waiting[node]], []
    while ready:
        order.append(ready.pop())
        for node in needed:
            if order[-1] in graph[node][1]:
                waiting[node] -= 1
                if not waiting[node]:
                    ready.append(node)
    return tuple(order)


# %% answer="backprop"
def backprop(graph, values, out):
    stack, users = [out], {out: 0}
    while stack:
        for name in graph[stack.pop()][1]:
            if name not in users:
                stack.append(name)
            users[name] = users.get(name, 0) + 1
    grads, ready = {out: 1.0}, [out]
    while ready:
        node = ready.pop()
        op, inputs = graph[node]
        parts = BACKWARD[op](grads[node], *[values[name] for name in inputs]) if inputs else ()
        for name, part in zip(inputs, parts):
            grads[name] = grads.get(name, 0.0) + part
            users[name] -= 1
            if users[name] == 0:
                ready.append(name)
    return grads
