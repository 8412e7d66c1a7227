"""What runs inside the sandbox: the zygote, isolation, the seccomp filter, IPython and its captured output.

No other package may import it: the zygote process starts it by name. It shares a process with the student's code, so
it imports only the protocol, ``sandbox.settings`` and ``sandbox.linux``, and the trusted side validates all it sends.
"""
