"""The application: every path, what guards it, and how errors are told."""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from lab.compositions import Composition
from lab.errors import CompositionError, DuplicateRecordError, FilmlabError, InvalidInputError, UnknownNameError
from lab.names import in_one_piece
from lab.open_campaigns import OpenCampaign, open_campaign
from lab.people_checks import name_for_records
from lab.store import Store
from lab.workspace import Workspace
from lab_api import models, reading

MAX_BODY = 100_000
"""Longest request, bytes."""
_STATUS: tuple[tuple[type[FilmlabError], int], ...] = (
    (UnknownNameError, 404),
    (DuplicateRecordError, 409),
    (InvalidInputError, 422),
    (CompositionError, 422),
)
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": models.Problem} for status in (400, 401, 404, 409, 413, 422, 503)
}
_bearer = HTTPBearer(auto_error=False, description="The token that FILMLAB_API_TOKEN holds.")

CampaignName = Annotated[str, Path(max_length=200, pattern=models.PLAIN, description="Name of a campaign.")]
FilmLabel = Annotated[str, Path(max_length=200, pattern=models.PLAIN, description="Label of a film.")]
Start = Annotated[int, Query(ge=0, le=10**9, description="How many to leave out at the beginning.")]
Count = Annotated[int, Query(ge=1, le=1000, description="Most to return.")]


def make_app(workspace: Workspace, token: str) -> FastAPI:
    """Return the application for a workspace.

    Args:
        workspace: The lab.
        token: What every request has to bring.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        with Store.open(workspace.database_url):  # fail at the start and not at the first request
            yield

    def guard(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> None:
        if given is None or not hmac.compare_digest(given.credentials.encode(), token.encode()):
            raise HTTPException(401, "the token is missing or wrong", {"WWW-Authenticate": "Bearer"})

    app = FastAPI(
        title="filmlab",
        version=version("filmlab"),
        description="Read a lab's records, and propose films. Nothing can be changed or removed.",
        lifespan=life,
        dependencies=[Depends(guard)],
        responses=_PROBLEMS,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
    )
    _tell_errors(app)
    _add_paths(app, workspace)
    return app


def _tell_errors(app: FastAPI) -> None:
    @app.exception_handler(FilmlabError)
    def told(request: Request, error: FilmlabError) -> JSONResponse:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 503)
        return JSONResponse({"error": error.message, "hint": error.hint}, status)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": str(error.detail), "hint": ""}, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    def misunderstood(request: Request, error: RequestValidationError) -> JSONResponse:
        # Without repeating what was sent, which may be anything.
        said = [f"{' '.join(map(str, fault['loc'][:2]))}: {_in_words(fault)}" for fault in error.errors()]
        hint = "GET /openapi.json describes requests"
        if request.method == "POST" and "json" not in request.headers.get("content-type", ""):
            hint = "send the header Content-Type: application/json"
        return JSONResponse({"error": "; ".join(dict.fromkeys(said)), "hint": hint}, 422)

    @app.middleware("http")
    async def limited(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length", "0")
        if "transfer-encoding" in request.headers or not length.isdecimal() or int(length) > MAX_BODY:
            problem = {"error": f"requests have at most {MAX_BODY} bytes and say how many", "hint": ""}
            return JSONResponse(problem, 413)
        return await go_on(request)


def _in_words(fault: Mapping[str, Any]) -> str:
    """Return what is wrong with a request; nobody has to read a regular expression."""
    if fault["type"] == "string_pattern_mismatch":
        return "it is empty or has characters that cannot be printed"
    return str(fault["msg"])


def _add_paths(app: FastAPI, workspace: Workspace) -> None:
    @contextmanager
    def opened(name: str) -> Iterator[OpenCampaign]:
        with open_campaign(workspace, name) as campaign:
            yield campaign

    @app.get("/campaigns")
    def campaigns() -> list[models.Campaign]:
        """List the campaigns."""
        with Store.open(workspace.database_url) as store:
            return [models.Campaign.model_validate(entry, from_attributes=True) for entry in store.campaigns()]

    @app.get("/campaigns/{campaign}")
    def status(campaign: CampaignName) -> models.CampaignStatus:
        """Say how far a campaign is and what can be done next."""
        with opened(campaign) as handle:
            return reading.status(handle)

    @app.get("/campaigns/{campaign}/films")
    def films(campaign: CampaignName, start: Start = 0, count: Count = 50) -> list[models.FilmLine]:
        """List films in the order in which they were planned."""
        with opened(campaign) as handle:
            lines = handle.store.films_page(handle.name, start, count)
        return [models.FilmLine.model_validate(line, from_attributes=True) for line in lines]

    @app.get("/campaigns/{campaign}/films/{film:path}")
    def film_record(campaign: CampaignName, film: FilmLabel) -> models.FilmRecord:
        """Say what is known of a film."""
        with opened(campaign) as handle:
            return reading.film_record(handle, in_one_piece(film))

    @app.post("/campaigns/{campaign}/films", status_code=201)
    def propose(campaign: CampaignName, proposal: models.Proposal) -> models.FilmRecord:
        """Propose a film that the robot can make; a person decides whether it is made."""
        from active_learning.campaign.proposing import propose_film

        with opened(campaign) as handle:
            who = f"{name_for_records(proposal.who)} (API)"
            label = propose_film(handle, proposal.label, Composition(proposal.recipe), who)
            return reading.film_record(handle, label)

    @app.get("/campaigns/{campaign}/events")
    def events(campaign: CampaignName, start: Start = 0, count: Count = 50) -> list[models.Act]:
        """List who did what, oldest first."""
        with opened(campaign) as handle:
            return reading.acts(handle, start, count)
