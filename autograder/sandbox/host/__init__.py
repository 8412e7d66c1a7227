"""The trusted side of the sandbox: starts zygotes, spawns sandboxes, sends requests and validates the replies.

Any package from :mod:`autograder.course` upwards may import it. It imports the protocol and ``sandbox.settings``,
never ``guest``.
"""
