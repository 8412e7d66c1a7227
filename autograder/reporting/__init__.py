"""What instructors see of a class: statistics, tables for the terminal, exports, the class page; also the doctor.

:mod:`autograder.authoring` and the command line may import it.
"""
