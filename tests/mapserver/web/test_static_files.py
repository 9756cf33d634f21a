"""The pages' files are cached for ever under their hash, asked for again without it, and sent compressed."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from mapserver.web.static_files import ASK_AGAIN, FOR_EVER, ROOT, StaticFiles, static_files

SCRIPT = "web/js/theme.js"


def test_the_report_page_s_worker_may_serve_that_page_and_no_other_file_may_serve_any(
    client: TestClient,
) -> None:
    for prefix in ("", f"{static_files().hash}/"):
        worker = client.get(f"/static/{prefix}reports/service_worker.js")
        assert (worker.status_code, worker.headers["Service-Worker-Allowed"]) == (200, "/report")
    assert "Service-Worker-Allowed" not in client.get("/static/reports/page.js").headers


def test_a_file_under_the_hash_is_kept_for_ever_and_without_it_is_asked_for_again(client: TestClient) -> None:
    hashed = client.get(f"/static/{static_files().hash}/{SCRIPT}")
    plain = client.get(f"/static/{SCRIPT}")
    assert hashed.content == plain.content == (ROOT / SCRIPT).read_bytes()
    assert (hashed.headers["cache-control"], plain.headers["cache-control"]) == (FOR_EVER, ASK_AGAIN)
    assert hashed.headers["content-type"].startswith("text/javascript")


def test_who_has_a_file_already_is_told_so(client: TestClient) -> None:
    tag = client.get(f"/static/{SCRIPT}").headers["etag"]
    answer = client.get(f"/static/{SCRIPT}", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_text_is_compressed_for_who_takes_it(client: TestClient) -> None:
    plain = client.get(f"/static/{SCRIPT}", headers={"accept-encoding": "identity"})
    small = client.get(f"/static/{SCRIPT}", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert small.content == plain.content


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "",
        "../app.py",
        "..%2fapp.py",
        "000000000000/web/js/theme.js",
        "web/js",
        "web/js/",
        "web/_ui.html",
        "web/render.py",
        "%00",
    ],
)
def test_what_is_no_file_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_files_are_only_read(client: TestClient) -> None:
    answer = client.post(f"/static/{SCRIPT}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert client.head(f"/static/{SCRIPT}").content == b""


def test_a_changed_file_changes_the_hash(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = StaticFiles(tmp_path).hash
    assert StaticFiles(tmp_path).hash == before
    (tmp_path / "a.js").write_text("2")
    assert StaticFiles(tmp_path).hash != before


def test_every_file_that_a_page_names_is_there_under_the_hash(client: TestClient) -> None:
    page = client.get("/sign-in").text
    named = re.findall(r'"(/static/[^"]+)"', page)
    assert len(named) > 3
    assert all(name.startswith(f"/static/{static_files().hash}/") for name in named)
    assert {client.get(name).status_code for name in named} == {200}
