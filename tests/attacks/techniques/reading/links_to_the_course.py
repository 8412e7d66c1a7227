"""Makes symbolic and hard links to the hidden tests, and opens those."""
# %% first
import os

target = "@COURSE@/assignments/a1_numerical_gradients/hidden_tests/test_relative_error.py"
for make in (os.symlink, os.link):
    try:
        make(target, make.__name__)
        print("ESCAPED:", open(make.__name__).read())
    except OSError:
        pass
os.symlink("@COURSE@", "course")
print(os.path.exists("course/assignments"))
