"""A newsletter's own words above its papers."""

from __future__ import annotations

import re

# No image, as a mail loads nothing from afar.
_TAGS = {"p", "br", "a", "em", "strong", "code", "ul", "ol", "li", "blockquote"}
_WEB = ("https://", "http://")
_LED_NOWHERE = re.compile("<a>(.*?)</a>", re.DOTALL)  # what is left where a link was no web link


def greeting(markdown: str) -> str:
    """Words of greeting as HTML that is safe to show unescaped."""
    if not markdown:
        return ""
    import markdown as reader  # only for the few newsletters that have such words
    import nh3

    clean = nh3.clean(
        reader.markdown(markdown),
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=lambda _, __, value: value if value.startswith(_WEB) else None,
        link_rel=None,
    )
    return _LED_NOWHERE.sub(r"\1", clean)
