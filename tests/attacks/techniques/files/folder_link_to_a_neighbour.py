"""Hands in a folder that is a link to the folder of an honest student."""
# %% submit
import shutil

shutil.rmtree(folder)
folder.symlink_to(assignment.submitted("aaa_honest"))
