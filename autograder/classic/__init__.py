"""Assignments made with plain nbgrader: what their notebooks need, what locked cells say, how they are scored.

Of nbgrader it uses only the function that scores a cell. Only :mod:`autograder.grading` and packages above it may
import it; it imports :mod:`autograder.results`, :mod:`autograder.course`, :mod:`autograder.notebooks` and a type of
:mod:`autograder.sandbox.host`.
"""
