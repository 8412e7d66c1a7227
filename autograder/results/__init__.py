"""The results of grading, from a hidden test up to a submission, and the files in which they are stored.

Every package from :mod:`autograder.testing` upwards may import it; it imports only :mod:`autograder.course`,
:mod:`autograder.notebooks` and :mod:`autograder.errors`.
"""
