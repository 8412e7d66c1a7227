"""What keeps a sandbox from the machine: namespaces and limits, Landlock, and a list of system calls."""
