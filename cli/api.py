"""`filmlab api`: serve the HTTP API."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.workspaces import HERE, WorkspaceOption


def api(
    workspace: WorkspaceOption = HERE,
    host: Annotated[str, typer.Option(help="Address to listen on; only this machine if left out.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8710,
    openapi: Annotated[Path | None, typer.Option(help="Write the OpenAPI description into this file and stop.")] = None,
) -> None:
    """Let other software read records and propose films over HTTP. The token is in FILMLAB_API_TOKEN."""
    from lab.errors import InvalidInputError, OptionalPackageError
    from lab.files import write_atomically
    from lab.settings import load_settings
    from lab.workspace import Workspace

    try:
        import uvicorn

        from lab_api.app import make_app
    except ModuleNotFoundError as error:
        raise OptionalPackageError(error.name or "fastapi", "api") from error
    opened = Workspace.open(workspace)
    if openapi is not None:
        write_atomically(openapi, json.dumps(make_app(opened, "").openapi(), indent=1) + "\n")
        typer.echo(openapi)
        return
    token = load_settings().api_token
    if token is None or len(token.get_secret_value()) < _SHORTEST_TOKEN:
        raise InvalidInputError(
            "FILMLAB_API_TOKEN",
            [f"the API needs a token of at least {_SHORTEST_TOKEN} characters"],
            hint="make one with: export FILMLAB_API_TOKEN=$(openssl rand -hex 32)",
        )
    typer.echo(f"http://{host}:{port}/openapi.json describes what can be asked; stop with Ctrl-C.")
    uvicorn.run(make_app(opened, token.get_secret_value()), host=host, port=port, log_level="warning")


_SHORTEST_TOKEN = 32
