# %% [markdown] fails=["test_network::test_one_layer", "test_network::test_several_layers", "test_network::test_gradients_of_your_engine"]
# Adds the bias after the gate.

# %% answer="network"
def network(gates):
    graph = {leaf: ("input", ()) for leaf in ("X", "Y", "share")}
    below = "X"
    for k, gate in enumerate(gates, start=1):
        graph |= {f"W{k}": ("input", ()), f"b{k}": ("input", ())}
        graph[f"U{k}"] = ("linear", (below, f"W{k}"))
        graph[f"Z{k}"] = (gate, (f"U{k}",))
        graph[f"H{k}"] = ("bias", (f"Z{k}", f"b{k}"))
        below = f"H{k}"
    graph |= {"D": ("sub", (below, "Y")), "S": ("square", ("D",)), "T": ("sum", ("S",))}
    return graph | {"L": ("mul", ("share", "T"))}
