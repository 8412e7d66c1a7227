# %% [markdown] fails=["test_train::test_every_batch_loss_is_kept", "test_train::test_the_tail_counts_by_its_size", "test_train::test_batches_as_they_come", "test_train::test_each_step_begins_where_the_last_ended", "test_train::test_the_velocity_goes_on", "test_train::test_the_loss_falls"]
# Counts epochs from 0 up to and including the last.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs + 1):
        losses, sizes = [], []
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            history["batch"].append(loss)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.dot(losses, sizes) / np.sum(sizes))
    return params, history
