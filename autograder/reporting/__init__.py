"""Terminal output: tables, progress bars and the report of `autograder doctor`.

:mod:`autograder.authoring` and the command line may import it.
"""
