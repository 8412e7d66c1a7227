"""What runs inside the sandbox: the zygote, isolation, the seccomp filter, IPython and its captured output.

No other package may import it: the zygote process starts it by name. It shares a process with the student's code, so
it imports only the protocol and ``sandbox.settings``, and the trusted side believes nothing it says.
"""
