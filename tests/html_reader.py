"""Read HTML without a browser: which tags and which links are in it."""
from html.parser import HTMLParser


class _Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [v for k, v in attrs if k in ("href", "src") and v and not v.startswith("#")]


def tags_and_links(html):
    """-> (set of tag names, list of href and src values that leave the page)"""
    seen = _Seen()
    seen.feed(html)
    return seen.tags, seen.links
