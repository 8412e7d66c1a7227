# %% [markdown] fails=["test_pick_device::test_the_gpu_if_there_is_one"]
# Asks when the cell runs, and gives the same answer ever after.

# %% answer="pick_device"
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def pick_device():
    return DEVICE
