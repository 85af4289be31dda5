"""The wire format: every entity as canonical JSON with a version, and back without guessing.

What is written can be read for ever: a later version of the format reads all earlier ones. What is read comes
from anywhere, so nothing is coerced, nothing is ignored, and every fault of a document is told at once, with
its path and without its value.

An interview is one document, or a log: JSON Lines with a document for each event. Events of your own are
written like all others; whatever reads them is given your lifecycle.

The hooks behind it are cattrs hooks; `configure_converter` puts them on a converter of yours.

A policy also has a form for files that people write and change: `policy_from_toml`, `policy_from_json` and
`policy_to_toml`.
"""

from infoview.conversion._converter import configure_converter, make_converter
from infoview.conversion._documents import from_dict, from_json, to_dict, to_json
from infoview.conversion._envelope import SCHEMA_VERSION
from infoview.conversion._json_lines import from_json_lines, read_json_lines, to_json_lines
from infoview.conversion._kinds import KINDS
from infoview.conversion._policy_files import (
    MAX_POLICY_CHARACTERS,
    policy_from_json,
    policy_from_toml,
    policy_to_toml,
)
from infoview.conversion._reading import MAX_CHARACTERS
from infoview.conversion._schema import json_schema

__all__ = [
    "KINDS",
    "MAX_CHARACTERS",
    "MAX_POLICY_CHARACTERS",
    "SCHEMA_VERSION",
    "configure_converter",
    "from_dict",
    "from_json",
    "from_json_lines",
    "json_schema",
    "make_converter",
    "policy_from_json",
    "policy_from_toml",
    "policy_to_toml",
    "read_json_lines",
    "to_dict",
    "to_json",
    "to_json_lines",
]
