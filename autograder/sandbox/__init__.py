"""Runs a student's code in a process that cannot harm the machine or the grader. It knows nothing about grading.

``host`` runs in the trusted process. ``guest`` runs in the zygote, a warm process that imports libraries and forks,
and in the sandboxes it forks, where the student's code is. Neither imports the other; ``settings`` is for both.
"""
