"""The description of the JSON interface in OpenAPI 3.1."""

from typing import Any, Final

from excerpt._version import __version__
from excerpt.search.options import ORDERS
from excerpt.serve.page_state import LINE_ORDERS, MAX_QUERY, MAX_QUOTE, MAX_VALUE

__all__ = ["DESCRIPTION"]

Schema = dict[str, Any]


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(kind: str) -> Schema:
    return {"type": [kind, "null"]}


def _parameter(name: str, schema: Schema, description: str, part: str = "query") -> Schema:
    is_required = part == "path" or name == "q"
    return {
        "name": name,
        "in": part,
        "required": is_required,
        # An empty field of a form is as good as none.
        "schema": schema if is_required else {"anyOf": [schema, {"const": ""}]},
        "description": description,
    }


def _answer(schema: Schema, description: str = "The answer") -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_TEXT: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}
_SPAN: Final[Schema] = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_YEAR: Final[Schema] = {"type": "string", "pattern": "^-?[0-9]{1,4}$"}
_SWITCH: Final[Schema] = {"type": "string", "enum": ["0", "1", "on", "true", "false"]}
_LINE_SORTS: Final = tuple(dict.fromkeys((*LINE_ORDERS, *ORDERS)))
"""An order of passages survives a visit to the lines, which ignore it."""
_VALUE: Final[Schema] = {"type": "string", "maxLength": MAX_VALUE}
_ERROR: Final = _answer({"$ref": "#/components/schemas/Error"}, "An error and its remedy")
_QUERY: Final = [
    _parameter("q", _TEXT | {"minLength": 1, "maxLength": MAX_QUERY}, "the query"),
    *(
        _parameter(name, _SWITCH, text)
        for name, text in {
            "any": "match any of the words",
            "exact": "match words as typed, not inflected forms",
            "literal": "take operators as ordinary text",
            "everything": "search text that is set apart, too",
            "old_spelling": "also find the words in the spellings of older print",
            "ocr": "also find the words as character recognition misreads them",
            "han_variants": "also find other forms of Chinese characters",
        }.items()
    ),
    _parameter("from", _YEAR, "the first year"),
    _parameter("to", _YEAR, "the last year"),
    *(_parameter(name, _VALUE, f"only documents with this {name}") for name in ("author", "lang")),
    _parameter("folder", _VALUE, "only documents in this folder"),
    _parameter("format", _VALUE, "only documents of this format"),
]
_PAGE: Final = _parameter("page", {"type": "integer", "minimum": 1, "maximum": 10**7}, "the page")
_HIT: Final = _object(
    "path passage text highlights",
    rank=_NUMBER,
    score={"type": "number"},
    path=_TEXT,
    paths=_list(_TEXT),
    title=_TEXT,
    headings=_list(_TEXT),
    first_line=_or_null("integer"),
    last_line=_or_null("integer"),
    anchor=_TEXT,
    page=_TEXT,
    page_number=_or_null("integer"),
    kinds=_list(_TEXT),
    passage=_TEXT,
    location=_TEXT,
    date=_TEXT,
    language=_TEXT,
    metadata={"type": "object", "additionalProperties": _TEXT},
    text=_TEXT,
    highlights=_list(_SPAN),
    stale=_or_null("boolean"),
    duplicates=_list({"type": "object"}),
)
_LINE: Final = _object(
    "left match right path passage",
    left=_TEXT,
    match=_TEXT,
    right=_TEXT,
    path=_TEXT,
    line=_or_null("integer"),
    anchor=_TEXT,
    page=_TEXT,
    page_number=_or_null("integer"),
    passage=_TEXT,
    date=_TEXT,
    stale=_or_null("boolean"),
)
_COUNTS: Final[Schema] = {"passages": _NUMBER, "documents": _NUMBER}
_FACETS: Final[Schema] = {
    "facets": {
        "type": "object",
        "additionalProperties": _list(_object("value passages documents", value=_TEXT, **_COUNTS)),
    },
    "years": _list(
        _object(
            "from to passages documents",
            **{"from": {"type": "integer"}, "to": {"type": "integer"}},
            **_COUNTS,
        )
    ),
    "undated": _object("passages documents", **_COUNTS),
}
_COMMON: Final[Schema] = {
    "schema": _NUMBER,
    "query": _TEXT,
    "meaning": _TEXT,
    "total": _NUMBER,
    "documents": _NUMBER,
    "notices": _list(_TEXT),
    "next": _or_null("integer"),
    "state": _TEXT,
    "ms": {"type": "number"},
}
_STATE: Final[Schema] = {"schema": _NUMBER, "state": _TEXT}


def _path(
    summary: str, schema: Schema, parameters: list[Schema], *, has_404: bool = False
) -> Schema:
    codes = ["400", *(["404"] if has_404 else []), "429", "503"]
    return {
        "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": {"200": _answer(schema), **dict.fromkeys(codes, _ERROR)},
        }
    }


def _target(description: str) -> list[Schema]:
    return [_parameter("target", _TEXT | {"minLength": 1}, description, "path")]


_QUOTATIONS: Final[Schema] = {
    "oneOf": [
        _object("text", text=_TEXT) | {"additionalProperties": False},
        _object(
            "quotes", quotes=_list(_object("quote", quote=_TEXT, note=_TEXT)) | {"maxItems": 200}
        )
        | {"additionalProperties": False},
    ]
}
_VERDICT: Final[Schema] = _object("quote verdict source differences", quote=_TEXT, verdict=_TEXT)
DESCRIPTION: Final[Schema] = {
    "openapi": "3.1.0",
    "info": {
        "title": "excerpt",
        "version": __version__,
        "description": "Passages, lines and documents of an index, read-only.",
    },
    "paths": {
        "/api/v1/search": _path(
            "Passages that match a query",
            _object(
                "schema query meaning total documents hits next state",
                **_COMMON,
                **_FACETS,
                hits=_list(_HIT),
                partial=_list(_HIT),
            ),
            [
                *_QUERY,
                _parameter("expand", _SWITCH, "add words to the query for the ranking"),
                _parameter("sort", {"type": "string", "enum": list(ORDERS)}, "the order"),
                _PAGE,
            ],
        ),
        "/api/v1/lines": _path(
            "Concordance lines of a query",
            _object(
                "schema query occurrences total documents lines next state",
                **_COMMON,
                occurrences=_NUMBER,
                lines=_list(_LINE),
            ),
            [
                *_QUERY,
                _parameter("sort", {"type": "string", "enum": list(_LINE_SORTS)}, "the order"),
                _PAGE,
            ],
        ),
        "/api/v1/facets": _path(
            "Numbers of passages by facet",
            _object(
                "schema passages documents facets years undated state",
                **_STATE,
                **_COUNTS,
                **_FACETS,
            ),
            _QUERY,
        ),
        "/api/v1/passages/{target}": _path(
            "A passage", _HIT, _target("the id of the passage"), has_404=True
        ),
        "/api/v1/documents/{target}": _path(
            "A document without its text",
            _object("path digest", path=_TEXT, digest=_TEXT, **_STATE),
            _target("the path of the document, or its number"),
            has_404=True,
        ),
        "/api/v1/cite/{target}": _path(
            "A citation of a passage",
            _object(
                "quotation citation bibtex ris html csl",
                quotation=_TEXT,
                citation=_TEXT,
                bibtex=_TEXT,
                ris=_TEXT,
                html=_TEXT,
                csl=_list({"type": "object"}),
                **_STATE,
            ),
            [
                *_target("the id of the passage"),
                _parameter(
                    "quote",
                    _TEXT | {"maxLength": MAX_QUOTE},
                    "words that begin in the passage, to cite these alone",
                ),
            ],
            has_404=True,
        ),
        "/api/v1/verify": {
            "post": {
                "summary": "Check quotations against the sources",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": _QUOTATIONS}},
                },
                "responses": {
                    "200": _answer(_object("quotes state", quotes=_list(_VERDICT), **_STATE)),
                    **dict.fromkeys(("400", "413", "415", "429", "503"), _ERROR),
                },
            }
        },
        "/api/v1/status": _path("Contents of the index", _object("schema counts state"), []),
        "/api/v1/coverage": _path(
            "Outcome of every file of the corpus", _object("schema counts files state"), []
        ),
        "/api/v1/openapi.json": _path("This description", _object("openapi paths"), []),
    },
    "components": {
        "schemas": {
            "Error": _object(
                "error",
                error=_object(
                    "code message remedy span",
                    code=_TEXT,
                    message=_TEXT,
                    remedy=_TEXT,
                    span={"oneOf": [_SPAN, {"type": "null"}]},
                ),
            )
        }
    },
}
