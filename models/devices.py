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

    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InvalidInputError(
            "device", [f"{device!r} cannot be used: {str(error).splitlines()[0]}"], hint="use cpu"
        ) from error
