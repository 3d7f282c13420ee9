"""Where networks are trained."""

from lab.errors import InvalidInputError


def check_device(device: str) -> None:
    """Check that networks can be trained on a device.

    Args:
        device: As torch names it: ``cpu``, ``cuda``, ``cuda:1``.

    Raises:
        InvalidInputError: If there is no such device on this machine.
    """
    import torch

    if device.partition(":")[0] not in ("cpu", "cuda"):
        raise InvalidInputError("device", [f"{device!r} is not known"], hint="use cpu, cuda, or cuda:1 for the second")
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InvalidInputError(
            "device", [f"{device!r} cannot be used: {str(error).splitlines()[0]}"], hint="use cpu"
        ) from error
