"""The text people type, read into the query and written back.

    registration fee            both words                    "registration fee"     these words in a row
    visa*                       words that begin so           -refund, NOT refund    not this
    visa OR permit              one of them or more           (a b) OR c             brackets group
    title:nurse                 in the title alone            title:(nurse OR cook)  one field for a group
    country:QA  country:QA,AE   a filter; one of several      has:verdict            any value at all
    risk:>=0.5  risk:0.3..0.7   a range of risk               seen:>2026-01-01       a date; also a month or a year
    sort:newest                 relevance, risk, newest, reach  a backslash            makes the next sign mean nothing

OR binds its two neighbours before the rest is joined, as in web searches: ``a b OR c`` asks for a, and for b or c.
What is wrong is noted with its place, and the rest is still searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from index.lexing import Kind, Lexer, Problem, Token, escaped, in_quotes, plain, split_plain
from index.query import All, AnyOf, Node, Not, Phrase, Prefix, QueryError, SearchQuery, Sort, TextField, Word, all_of, any_of
from index.values import FIELDS, SORT, filter_of, sort_of, written

LONGEST = 4_000
"""Characters of a typed query that are read."""
MOST_PARTS = 100
"""Words and filters of one query: each costs a look into the index."""
DEEPEST = 12
"""Brackets, or signs for "not", within one another: what every engine can answer."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read, and what could not be, in order of place."""

    query: SearchQuery
    problems: tuple[Problem, ...]


def parse(text: str) -> Parsed:
    """Read a typed query; never raises, whatever the text."""
    lexer = Lexer(text[:LONGEST], fields=FIELDS)
    parser = _Parser(lexer.tokens(), lexer.problems)
    where = parser.everything()
    if len(text) > LONGEST:
        lexer.problems.append(Problem(LONGEST, len(text), f"only the first {LONGEST:,} characters were read"))
    return Parsed(SearchQuery(where, sort=parser.sort), tuple(sorted(lexer.problems, key=attrgetter("start", "end"))))


def to_text(query: SearchQuery) -> str:
    """The text that ``parse`` reads back into the same words, filters and sort; page, facets and the like are no part of it."""
    parts = [] if query.where is None else [_joined(query.where)]
    if query.sort is not Sort.RELEVANCE:
        parts.append(f"{SORT}:{query.sort}")
    return " ".join(parts)


class _Parser:
    """Recursive descent over the tokens of one query; ``scope`` is the field that stands before the bracket around."""

    def __init__(self, tokens: list[Token], problems: list[Problem]) -> None:
        self._tokens, self._problems, self._at = tokens, problems, 0
        self._parts, self._too_deep = 0, False
        self.sort = Sort.RELEVANCE

    def everything(self) -> Node | None:
        """The whole query."""
        found: list[Node | None] = []
        while not self._stands(Kind.END):
            found.append(self._group(scope="", depth=0))
            if self._stands(Kind.CLOSE):
                self._note(self._take(), "this bracket closes nothing; it was passed over")
        return all_of(*found)

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _stands(self, *kinds: Kind) -> bool:
        return self._here.kind in kinds

    def _take(self) -> Token:
        token = self._here
        self._at += token.kind is not Kind.END
        return token

    def _note(self, token: Token, message: str) -> None:
        self._problems.append(Problem(token.start, token.end, message))

    def _group(self, *, scope: str, depth: int) -> Node | None:
        """All up to the end or to a closing bracket, which is left standing."""
        found: list[Node | None] = []
        while not self._stands(Kind.END, Kind.CLOSE):
            found.append(self._alternatives(scope=scope, depth=depth))
        return all_of(*found)

    def _alternatives(self, *, scope: str, depth: int) -> Node | None:
        """An operand and those that OR joins to it."""
        found: list[Node | None] = []
        while True:
            while self._stands(Kind.OR):
                self._note(self._take(), "OR needs something on both sides; it was passed over")
            if self._stands(Kind.END, Kind.CLOSE):
                return any_of(*found)
            found.append(self._operand(scope=scope, depth=depth))
            if not self._stands(Kind.OR):
                return any_of(*found)
            joint = self._take()
            if self._stands(Kind.END, Kind.CLOSE):
                self._note(joint, "OR needs something on both sides; it was passed over")

    def _operand(self, *, scope: str, depth: int) -> Node | None:
        token = self._take()
        if depth > DEEPEST:
            self._note(token, f"more than {DEEPEST} brackets within one another; what is deeper was left out")
            self._at, self._too_deep = len(self._tokens) - 1, True
            return None
        match token.kind:
            case Kind.NOT:
                return self._negated(token, scope=scope, depth=depth)
            case Kind.OPEN:
                return self._bracket(token, scope=scope, depth=depth)
            case Kind.FIELD if self._stands(Kind.OPEN):
                return self._bracket(self._take(), scope=token.text, depth=depth)
            case Kind.FIELD:
                return self._leaf(self._take(), token.text)
            case _:
                return self._leaf(token, scope)

    def _negated(self, token: Token, *, scope: str, depth: int) -> Node | None:
        if self._stands(Kind.END, Kind.CLOSE, Kind.OR):
            self._note(token, "nothing follows that could be left out; it was passed over")
            return None
        part = self._operand(scope=scope, depth=depth + 1)
        return None if part is None else Not(part)

    def _bracket(self, token: Token, *, scope: str, depth: int) -> Node | None:
        inside = self._group(scope=scope, depth=depth + 1)
        if self._stands(Kind.CLOSE):
            self._take()
        elif not self._too_deep:
            self._note(token, "this bracket is not closed; it was taken to close at the end")
        return inside

    def _leaf(self, token: Token, scope: str) -> Node | None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            if self._parts == MOST_PARTS + 1:
                self._note(token, f"more than {MOST_PARTS} words and filters; from here on they were left out")
            return None
        if scope and scope not in tuple(TextField):
            return self._filter(token, scope)
        return self._words(token, TextField(scope) if scope else None)

    def _words(self, token: Token, field: TextField | None) -> Node | None:
        raw, goes_on = token.text, token.goes_on
        if token.kind is Kind.WORD:
            *before, last = split_plain(raw, "*")
            goes_on = bool(before) and not last
            if len(before) > (1 if goes_on else 0):
                self._note(token, "* has a meaning at the end of a word only; elsewhere it was passed over")
            raw = plain(raw[:-1] if goes_on else raw)
        if not any(char.isalnum() for char in raw):
            self._note(token, "there are no letters or digits here to search for; it was passed over")
            return None
        if goes_on:
            return Prefix(raw, field)
        return Phrase(raw, field) if token.kind is Kind.PHRASE else Word(raw, field)

    def _filter(self, token: Token, name: str) -> Node | None:
        values = [token.text] if token.kind is Kind.PHRASE else [plain(part) for part in split_plain(token.text, ",")]
        found: list[Node] = []
        for value in values:
            try:
                if name == SORT:
                    self.sort = sort_of(value)
                else:
                    found.append(filter_of(name, value))
            except QueryError as error:
                self._note(token, f"{error}; it was left out")
        return any_of(*found)


def _joined(node: Node) -> str:
    match node:
        case All(of):
            return " ".join(_single(part) for part in of)
        case AnyOf(of):
            return " OR ".join(_single(part) for part in of)
        case _:
            return _single(node)


def _single(node: Node) -> str:
    match node:
        case All() | AnyOf():
            return f"({_joined(node)})"
        case Not(of):
            return "-" + _single(of)
        case Word(text, field):
            return _scoped(field, escaped(text))
        case Phrase(text, field):
            return _scoped(field, in_quotes(text))
        case Prefix(text, field):
            return _scoped(field, (escaped(text) if not any(map(str.isspace, text)) else in_quotes(text)) + "*")
        case _:
            name, value = written(node)
            return f"{name}:{escaped(value)}"


def _scoped(field: TextField | None, text: str) -> str:
    return f"{field}:{text}" if field else text
