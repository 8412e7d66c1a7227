"""What the names and the notes of submitted folders say, all of which a student may have chosen: who, and when.

:mod:`autograder.course` and every package above it may import it; it imports only :mod:`autograder.errors`.
"""
