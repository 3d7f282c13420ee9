"""People log in at an identity provider: a real one by OpenID Connect, on this machine, in a real browser."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dashboard.launch import ADDRESS, SECRETS_FILE
from lab.accounts import Accounts, Role, accounts_path, write_accounts
from tests.browser import PATIENCE, act_until, await_server
from tests.factories import definition_text, fill_workspace, synthetic_campaign
from tests.ports import own_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SMALL = definition_text(["CNF", "MMT", "gelatin"], ["tensile_strength"], step=0.5)
PEOPLE = (
    {"sub": "Cy", "email": "cy@example.org", "email_verified": True},
    {"sub": "Dee", "email": "dee@example.org", "email_verified": True},
    {"sub": "Eve", "email": "cy@example.org", "email_verified": False},
)
"""Cy has an account, Dee has none, Eve gives Cy's address and has not proved that it is hers."""


WAY_IN = "Log in with your organisation's account"


@pytest.fixture
def provider() -> Iterator[str]:
    """The address of an identity provider that knows `PEOPLE`."""
    port = own_port()
    known = [word for person in PEOPLE for word in ("--user-claims", json.dumps(person))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *known],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    address = f"http://{ADDRESS}:{port}"
    await_server(f"{address}/.well-known/openid-configuration")
    yield address
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def guest(chromium: "Browser") -> "Iterator[Page]":
    """A page that may not load the style sheet that the provider's page takes from elsewhere."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    context.route("https://**", lambda route: route.abort())
    found = context.new_page()
    found.set_default_timeout(PATIENCE)
    yield found
    context.close()


def configure(root: Path, provider: str, port: int) -> None:
    secrets = f"""
[auth]
redirect_uri = "http://{ADDRESS}:{port}/oauth2callback"
cookie_secret = "a long random text for this test only"
client_id = "filmlab"
client_secret = "known to both"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
    (root / SECRETS_FILE).write_text(secrets, encoding="utf-8")
    accounts = Accounts().with_added("Ann", Role.ADMIN, password="correct horse battery")
    write_accounts(accounts_path(root), accounts.with_added("Cy", Role.VIEWER, email="cy@example.org"))


def come_from_provider(page: "Page", name: str) -> None:
    act_until(page.get_by_role("button", name=WAY_IN).click, page.get_by_role("heading", name="Authorize Client"))
    page.get_by_role("button", name=name, exact=True).click()


def leave(page: "Page") -> None:
    """Log out of the dashboard, which logs out of the provider too."""
    act_until(page.get_by_role("button", name="Log out").click, page.get_by_role("heading", name="End Session"))
    page.get_by_role("button").first.click()
    page.get_by_role("button", name=WAY_IN).wait_for()


def test_who_has_an_account_comes_in_and_who_has_none_or_no_proof_does_not(guest, serve, provider, tmp_path):
    root, port = tmp_path / "lab", own_port()
    fill_workspace(synthetic_campaign(SMALL, upto="library"), root)
    configure(root, provider, port)
    address = serve(root, port)
    guest.goto(f"{address}/films")
    come_from_provider(guest, "Cy")
    guest.get_by_role("heading", name="Today").or_(guest.get_by_role("heading", name="Films")).first.wait_for()
    guest.get_by_test_id("stSidebar").get_by_text("viewer").wait_for()
    leave(guest)
    for name, email in (("Dee", "dee@example.org"), ("Eve", "cy@example.org")):
        guest.goto(address)
        come_from_provider(guest, name)
        guest.get_by_text(f"{email} is not known here").wait_for()
        assert guest.get_by_role("heading", name="Today").count() == 0
        leave(guest)
    # Taken away while he looks: Cy is out at the next click, whatever his cookie says.
    guest.goto(address)
    come_from_provider(guest, "Cy")
    guest.get_by_role("heading", name="Today").wait_for()
    write_accounts(accounts_path(root), Accounts().with_added("Ann", Role.ADMIN, password="correct horse battery"))
    guest.get_by_role("link", name="Campaign").click()
    guest.get_by_role("heading", name="Log in").wait_for()
