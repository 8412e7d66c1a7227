# %% [markdown] fails=["test_train::test_every_batch_loss_is_kept", "test_train::test_the_tail_counts_by_its_size"]
# Rounds the losses to four decimals, as they are printed.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs):
        losses, sizes = [], []
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            losses.append(round(float(loss), 4))
            sizes.append(len(index))
        history["batch"] += losses
        history["epoch"].append(round(float(np.average(losses, weights=sizes)), 4))
    return params, history
