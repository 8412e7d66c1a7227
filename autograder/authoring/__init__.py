"""For instructors who write assignments: new, build, prove, mutation score, sample class, leak search, demo.

Only the command line may import it. It grades through the same packages as a class is graded.
"""
