# %% [markdown] fails=["test_network::test_one_layer", "test_network::test_several_layers", "test_network::test_gradients_of_your_engine"]
# Hands the weights to linear before the batch.

# %% answer="network"
def network(gates):
    graph = {leaf: ("input", ()) for leaf in ("X", "Y", "share")}
    below = "X"
    for k, gate in enumerate(gates, start=1):
        graph |= {f"W{k}": ("input", ()), f"b{k}": ("input", ())}
        graph[f"U{k}"] = ("linear", (f"W{k}", below))
        graph[f"Z{k}"] = ("bias", (f"U{k}", f"b{k}"))
        graph[f"H{k}"] = (gate, (f"Z{k}",))
        below = f"H{k}"
    graph |= {"D": ("sub", (below, "Y")), "S": ("square", ("D",)), "T": ("sum", ("S",))}
    return graph | {"L": ("mul", ("share", "T"))}
