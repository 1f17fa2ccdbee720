"""The revision of each reader: it goes up whenever the reader may say something else of the same bytes.

What an earlier revision has read is then read again. Apart from the readers, so that a run knows whether there is
anything to read before it imports them.
"""

from __future__ import annotations

EINVOICE = "1"
LAYOUT = "2"
VISION = "2"
