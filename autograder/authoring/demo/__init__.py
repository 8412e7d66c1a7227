"""The demo course: a class for each assignment, graded by tests and partly by hand, with all pages.

Only the command line may import it.
"""
