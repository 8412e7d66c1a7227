"""The course on disk: its directory layout, assignment folders, settings and data, and the device to grade on.

:mod:`autograder.results` and every package above it may import this one; it imports :mod:`autograder.protocol` and
:mod:`autograder.notebooks`.
"""
