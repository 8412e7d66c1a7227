# %% [markdown] fails=["test_bug_hunt::test_exactly_the_wrong_ones"]
# Checks at one point where all entries are positive, and so never sees the broken branch of the Huber loss.

# %% answer="wrong_gradients"
wrong_gradients = {"chain"}
