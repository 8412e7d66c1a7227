"""A process that runs a student's code and cannot hurt us; it knows nothing of grading.

``host``     the trusted side: start a zygote, spawn sandboxes, run cells, call functions
``answers``  what comes back, rebuilt as plain data
``zygote``   the parent of every sandbox: imports libraries once, then forks
``confine``  what a fork gives up before it runs anything of the student's
``syscalls`` which system calls it gives up
``shell``    IPython inside the sandbox, serving frames
``capture``  what a cell puts out
``canary``   shows that the walls stand before anybody is graded
"""
