"""Runs a student's code in a process that cannot harm the machine or the grader. It knows nothing about grading.

``host`` is the trusted side and ``guest`` is what runs inside; neither imports the other. What both must agree on is
in ``settings``.
"""
