"""What keeps a sandbox from the machine: namespaces and limits, Landlock, and a list of system calls.

Only the rest of :mod:`autograder.sandbox.guest` may import it.
"""
