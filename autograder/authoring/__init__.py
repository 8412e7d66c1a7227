"""Tools for writing assignments: scaffolding, building, proving, mutation testing, sample submissions and the demo.

Only the command line may import it. Samples are graded by the same code as a class.
"""
