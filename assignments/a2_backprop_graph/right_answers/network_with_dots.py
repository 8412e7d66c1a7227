# %% [markdown]
# Squares and sums with one gate, subtracts the other way round, and lists the end first.

# %% answer="network"
def network(gates):
    nodes = [("X", "input", ()), ("Y", "input", ()), ("share", "input", ())]

    def add(op, *inputs):
        nodes.append((f"node {len(nodes)}", op, inputs))
        return nodes[-1][0]

    last = "X"
    for k in range(len(gates)):
        nodes.extend([(f"{kind}{k + 1}", "input", ()) for kind in "Wb"])
        last = add(gates[k], add("bias", add("linear", last, f"W{k + 1}"), f"b{k + 1}"))
    difference = add("sub", "Y", last)
    nodes.append(("L", "mul", (add("dot", difference, difference), "share")))
    return {name: [op, list(inputs)] for name, op, inputs in reversed(nodes)}
