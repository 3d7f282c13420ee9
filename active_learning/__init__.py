"""The loop: feasible space, acquisition, batches, stopping, campaign and inverse design."""
