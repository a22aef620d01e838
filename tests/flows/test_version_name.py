"""What people may call a version: its number, its day, its minute, its name."""

import pytest
from pipelines import Places

from flows.version_name import chosen_version, told_version
from transforms.errors import InputError
from transforms.moments import in_paris
from transforms.warehouse import versions


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"])
def test_a_moment_of_publication_names_its_version(small_published: Places, form: str) -> None:
    (only,) = versions.kept(small_published.warehouse)
    assert only.manifest is not None
    moment = in_paris(only.manifest.ended_at)
    assert chosen_version(small_published.warehouse, f"{moment:{form}}").run_id == only.run_id


@pytest.mark.parametrize("text", ["1", "n° 1", "n°1", "dernière", "publiée", "20"])
def test_a_number_a_word_and_the_start_of_a_name_do(small_published: Places, text: str) -> None:
    (only,) = versions.kept(small_published.warehouse)
    named = only.run_id[:8] if text == "20" else text
    assert chosen_version(small_published.warehouse, named).run_id == only.run_id


@pytest.mark.parametrize("text", ["2", "n° 7", "01/01/2001", "01/01/2001 04:15"])
def test_what_is_not_there_is_told_with_what_is(small_published: Places, text: str) -> None:
    (only,) = versions.kept(small_published.warehouse)
    with pytest.raises(InputError, match="Aucune version") as refused:
        chosen_version(small_published.warehouse, text)
    assert told_version(only) in (refused.value.expected or "")
    assert told_version(only).startswith("n° 1, ")
