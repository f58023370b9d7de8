"""The OpenAPI document is true: schemathesis asks every address with whatever the document allows, and with what it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from adverts.api import routes, tokens
from adverts.api.routes import PerToken
from adverts.api.tokens import Scope
from index import default_cut
from index.embedded import EmbeddedIndex
from tests.index.making import document, fill

NOT_SAID = [positive_data_acceptance, negative_data_rejection]
"""The document cannot say that a cursor is a text only we make, and some of what is made wrong is lost on its way into an address.

What wrong values and names come to is asked in ``test_api``.
"""
OPERATIONS = ("list_adverts", "read_advert", "check_text", "list_indicators")


@pytest.fixture
def described(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> schemathesis.BaseSchema:
    made = EmbeddedIndex(tmp_path / "index", cut=default_cut())
    fill(made, [document(0)])
    monkeypatch.setattr(routes, "open_index", lambda: made)
    monkeypatch.setattr(PerToken, "allow_request", lambda *_: True)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def test_the_document_names_every_address(described: schemathesis.BaseSchema) -> None:
    found = {operation.ok().definition.raw["operationId"] for operation in described.get_all_operations()}
    assert found == set(OPERATIONS)


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.parametrize(
    ("name", "mode"),
    # nothing can be wrong about a request without parameters
    [(name, mode) for name in OPERATIONS for mode in GenerationMode if (name, mode) != ("list_indicators", GenerationMode.NEGATIVE)],
)
def test_every_address_keeps_its_word(described: schemathesis.BaseSchema, name: str, mode: GenerationMode) -> None:
    operation = described.find_operation_by_id(name)
    token = tokens.make(name="schema", scopes=list(Scope), days=1, by="system:test", now=datetime.now(UTC))

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None, phases=[Phase.explicit, Phase.generate])
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=NOT_SAID)

    ask()
