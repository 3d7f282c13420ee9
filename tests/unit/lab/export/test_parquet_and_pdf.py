"""Tables as Parquet and reports as PDF."""

import errno
import io
import os
import shutil
from pathlib import Path
from unittest.mock import Mock

import pyarrow.parquet
import pytest

from lab.errors import WorkspaceError
from lab.export.parquet import to_parquet
from lab.export.pdf import print_pdf
from lab.export.table_rows import Table
from lab.export.tables import campaign_tables, write_tables
from lab.records import Records
from tests.store_examples import event, one_of_every_kind


def test_parquet_holds_the_rows_of_the_tidy_tables(tmp_path: Path) -> None:
    records = Records().with_added(event(), tuple(one_of_every_kind()))
    paths = write_tables(records, tmp_path, file_format="parquet")
    tables = campaign_tables(records)
    assert {path.stem for path in paths} == set(tables)
    for path in paths:
        assert pyarrow.parquet.read_table(path).to_pylist() == list(tables[path.stem].rows)


def test_columns_have_the_types_of_their_values() -> None:
    table = Table(
        ("flag", "count", "number", "mixed", "text", "nothing"),
        (
            {"flag": True, "count": 1, "number": 0.1, "mixed": 2, "text": "ü", "nothing": None},
            {"flag": None, "count": 2, "number": None, "mixed": 2.5, "text": "", "nothing": None},
        ),
    )
    read = pyarrow.parquet.read_table(io.BytesIO(to_parquet(table)))
    assert [str(field.type) for field in read.schema] == ["bool", "int64", "double", "double", "string", "string"]
    assert read.to_pylist()[0]["mixed"] == 2.0


@pytest.mark.browser
def test_a_page_is_printed_beside_itself(tmp_path: Path) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")
    page = tmp_path / "report.html"
    page.write_text("<h1>Report</h1>")
    assert print_pdf(page) == tmp_path / "report.pdf"
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_without_a_browser_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(WorkspaceError, match="needs Chromium"):
        print_pdf(tmp_path / "report.html")


def test_a_pdf_that_does_not_fit_on_the_disk_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = tmp_path / "chromium"
    browser.write_text('#!/bin/sh\nfor word; do case $word in --print-to-pdf=*) echo new > "${word#*=}";; esac; done\n')
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert print_pdf(tmp_path / "report.html").read_text() == "new\n"
    (tmp_path / "report.pdf").write_text("earlier")
    monkeypatch.setattr(os, "fsync", Mock(side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
    with pytest.raises(WorkspaceError, match=r"report\.pdf: No space left"):
        print_pdf(tmp_path / "report.html")
    assert (tmp_path / "report.pdf").read_text() == "earlier"
