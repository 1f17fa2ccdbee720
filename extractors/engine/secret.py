"""The API key as servers may repeat it: taken out of all that is told to people or stored."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import quote

HIDDEN = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A key, or none."""

    key: str | None = field(default=None, repr=False)

    def hidden(self, text: str) -> str:
        """The text without the key, also where it is spelled as in JSON or in an address."""
        if self.key is None:
            return text
        in_json = json.dumps(self.key)[1:-1]
        spellings = {self.key, in_json, in_json.replace("/", "\\/"), quote(self.key, safe="")}
        for spelling in sorted(spellings, key=len, reverse=True):
            text = text.replace(spelling, HIDDEN)
        return text


NO_SECRET = Secret()
