"""A process that runs a student's code and cannot harm the machine or the grader. It knows nothing of grading.

``host`` is the trusted side, ``guest`` is what runs inside; neither imports the other. What both must agree on is in
``settings``.
"""
