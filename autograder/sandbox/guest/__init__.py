"""What runs in the zygote and in the sandboxes it forks: isolation, the seccomp filter, IPython, captured output.

No other package may import it: the zygote process starts it by name. It shares a process with the student's code, so
it imports only the protocol, ``sandbox.settings`` and ``sandbox.linux``, and the trusted side validates all it sends.
"""
