"""The index of this installation."""

from __future__ import annotations

from index import open_index
from settings.env import current


def test_is_the_one_in_the_data_folder_and_opened_once() -> None:
    index = open_index()
    assert open_index() is index
    assert str(current().index_dir) in index.health().problems[0]
