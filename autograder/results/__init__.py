"""The results of grading: one model from a hidden test to a submission, and the files results are stored in.

Every package from :mod:`autograder.testing` upwards may import it; it imports only :mod:`autograder.course` and
:mod:`autograder.errors`.
"""
