"""tests/analysis/page.py

A reader of the report: what stands in it, what it points at, whether its elements close.
"""

import html.parser
import re

VOID = {"meta", "img", "br", "link", "hr", "input", "col"}


class Page(html.parser.HTMLParser):
    """ids, links (every src and href), unclosed and misplaced tags, visible: text outside of <details>."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.open, self.faults = [], [], [], []
        self.text, self.visible, self.tags = "", "", set()
        self.feed(text)
        self.faults += [f"<{tag}> is not closed" for tag in self.open]
        self.urls = re.findall(r"url\(([^)]*)\)", text) + re.findall(r"@import\s+(\S+)", text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.add(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found[key] for key in ("src", "href", "srcset", "data", "action") if key in found]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "script"):
            return
        self.text += data
        if "details" not in self.open or "summary" in self.open:
            self.visible += data
