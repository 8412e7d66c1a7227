"""Runs a loop that no signal interrupts."""
# %% first
import itertools

sum(itertools.repeat(0))
