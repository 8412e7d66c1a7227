# %% [markdown]
# Draws each batch from what is left, without replacement; sets and unsigned integers on the way.

# %% answer="minibatches"
def minibatches(N, B, rng):
    left, batches = np.arange(N, dtype=np.uint16), []
    while len(left):
        batch = rng.choice(left, min(B, len(left)), replace=False)
        left = left[~np.isin(left, batch)]
        batches.append(batch)
    return tuple(batches)
