"""What people see in the terminal: tables, progress bars, the doctor's findings.

:mod:`autograder.authoring` and the command line may import it, because both print progress and tables.
"""
