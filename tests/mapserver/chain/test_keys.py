"""Keys are PEM files of the standard, and what is none is refused with what to do."""

import stat
from pathlib import Path

import pytest

from mapserver.chain.keys import make_key, public_file, read_private, read_public
from telemetry.errors import Misconfigured

STANDARD = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
"""
"""RFC 8410, section 10.3; its public half is in section 10.1."""
STANDARD_PUBLIC = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""


def test_the_keys_of_the_standard_are_a_pair(tmp_path: Path) -> None:
    private = tmp_path / "key.pem"
    private.write_text(STANDARD, "ascii")
    public_file(private).write_text(STANDARD_PUBLIC, "ascii")
    assert read_public(public_file(private)) == read_public(private)


def test_a_key_that_was_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    public = make_key(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert read_public(tmp_path / "key.pem") == read_public(tmp_path / "key.pem.pub") == {public}


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem")
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "key.pem")


def test_a_file_may_name_public_keys_of_before(tmp_path: Path) -> None:
    first = make_key(tmp_path / "first")
    second = make_key(tmp_path / "second")
    both = tmp_path / "both.pub"
    both.write_text((tmp_path / "first.pub").read_text() + (tmp_path / "second.pub").read_text())
    assert read_public(both) == {first, second}


@pytest.mark.parametrize("content", ["", "hello", STANDARD_PUBLIC, STANDARD.replace("MC4C", "MC5C")])
def test_what_is_no_private_key_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "key.pem").write_text(content, "ascii")
    with pytest.raises(Misconfigured, match="vanagas audit new-key"):
        read_private(tmp_path / "key.pem")


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_private(tmp_path / "key.pem")
