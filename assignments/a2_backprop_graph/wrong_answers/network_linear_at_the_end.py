# %% [markdown] fails=["test_network::test_one_layer", "test_network::test_several_layers", "test_network::test_gradients_of_your_engine"]
# Leaves out the gate of the last layer, as a regression would.

# %% answer="network"
def network(gates):
    graph = {leaf: ("input", ()) for leaf in ("X", "Y", "share")}
    below = "X"
    for k, gate in enumerate(gates, start=1):
        graph |= {f"W{k}": ("input", ()), f"b{k}": ("input", ())}
        graph[f"U{k}"] = ("linear", (below, f"W{k}"))
        graph[f"Z{k}"] = ("bias", (f"U{k}", f"b{k}"))
        graph[f"H{k}"] = (gate, (f"Z{k}",))
        below = f"H{k}"
    graph |= {"D": ("sub", (f"Z{k}", "Y")), "S": ("square", ("D",)), "T": ("sum", ("S",))}
    return graph | {"L": ("mul", ("share", "T"))}
