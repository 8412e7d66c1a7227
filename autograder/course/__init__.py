"""What lies on disk: the course directory, assignment folders, settings and data; and the device to grade on.

Every package from :mod:`autograder.results` upwards may import it; it imports the protocol and the notebook formats.
"""
