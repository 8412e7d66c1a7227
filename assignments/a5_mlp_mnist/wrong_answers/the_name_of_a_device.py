# %% [markdown] fails=["test_pick_device::test_it_is_a_device"]
# A string is not a torch.device: it has no .type.

# %% answer="pick_device"
def pick_device():
    return "cuda" if torch.cuda.is_available() else "cpu"
