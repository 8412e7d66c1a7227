"""Assignments made with plain nbgrader: what their notebooks need, what locked cells say, how they are scored.

Only :mod:`autograder.grading` and packages above it may import it; it imports :mod:`autograder.results`,
:mod:`autograder.course` and :mod:`autograder.notebooks`.
"""
