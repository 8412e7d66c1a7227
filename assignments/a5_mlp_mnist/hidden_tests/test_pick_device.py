"""The device to compute on: torch is asked when the function is called, and `pretending` says what it answers."""

import pytest
from autograder import fail, imported


def answer(student, *, gpu):
    """The type and the name of what pick_device gives on a machine with a GPU or without one."""
    kind, name = imported(student, "probes").pretending(gpu, student.pick_device)
    return str(kind), str(name).partition(":")[0]


def test_it_is_a_device(student):
    """pick_device returns a torch.device, not just its name.

    torch.device("cpu") is one; it has a .type that code can ask for.
    """
    if answer(student, gpu=False)[0] != "device":
        fail("what you returned is not a torch.device")


@pytest.mark.parametrize("gpu", [True, False], ids=["with", "without"])
def test_the_gpu_if_there_is_one(student, gpu):
    """The device is the GPU if torch says that there is one, else the CPU.

    The same notebook has to run on both kinds of machine: ask torch.cuda.is_available() each time, do not assume.
    """
    name, wanted = answer(student, gpu=gpu)[1], "cuda" if gpu else "cpu"
    if name != wanted:
        shown = name if name in ("cpu", "cuda", "mps", "None") else "something else"
        fail(f"where torch.cuda.is_available() says {gpu}, the device should be {wanted!r}; you picked {shown!r}")


@pytest.mark.cuda(twin="test_the_gpu_if_there_is_one")
def test_the_gpu_of_this_machine(student, device):
    """On a machine with a GPU it is the GPU.

    Nothing is pretended here.
    """
    if str(imported(student, "probes").described(student.pick_device)[1]).partition(":")[0] != device:
        fail("this machine has a GPU, and you did not pick it")
