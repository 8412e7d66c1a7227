"""Sends arrays in the fields of outputs and of answers where the grader compares with a text."""
# %% first
import sys

import numpy as np

KERNEL = sys.modules["autograder.sandbox.guest.kernel"]
KERNEL.CAPTURE.take = lambda: [
    {"output_type": "stream", "name": np.zeros(2), "text": "x"},
    {"output_type": np.zeros(2), "name": "stdout", "text": np.zeros(2)},
    {"output_type": "display_data", "data": {"image/png": np.zeros(2), "text/plain": np.zeros(2)}},
]
