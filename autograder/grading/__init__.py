"""Grades a submission, or a class on several worker processes, without a database.

:mod:`autograder.nbgrader_bridge` and the packages above it may import it. Where results are recorded is up to the
caller, who passes a :class:`autograder.grading.batch.Gradebook`.
"""
