# %% [markdown] fails=["test_train::test_the_tail_counts_by_its_size"]
# Averages the last `epochs` losses after each epoch, and not those of its batches.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history, sizes = zero_velocity(params), {"batch": [], "epoch": []}, []
    for _ in range(epochs):
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            history["batch"].append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.average(history["batch"][-epochs:], weights=sizes[-epochs:]))
    return params, history
