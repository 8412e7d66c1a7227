# %% [markdown] fails=["test_pick_device::test_the_gpu_if_there_is_one"]
# Runs everywhere, and nowhere fast.

# %% answer="pick_device"
def pick_device():
    return torch.device("cpu")
