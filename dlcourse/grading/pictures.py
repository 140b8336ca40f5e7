"""Pictures in a student's text: pasted into it, as Colab does, or attached to its cell, as JupyterLab and VS Code do.

PNG and JPEG stay, attached under names that are made here; of other attachments and data nothing does.
"""
import base64
import hashlib
import re
from urllib.parse import quote

KINDS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}  # and how such files begin
MOST = 8_000_000  # characters of all pictures of a notebook
MANY = 50  # attachments of a cell
PASTED = re.compile(r"(?<=\]\()[ ]?<?data:(image/[\w.+-]{1,20});base64,([A-Za-z0-9+/=]*+)>?(?=[ )])")
GONE = "attachment:not-shown"


def keep_pictures(cells):
    """Raw cells (dicts) -> (cells whose text cells have safe attachments only, number of pictures that are not shown)"""
    album, found = Album(), []
    for cell in cells:
        if cell.get("cell_type") != "code":
            found.append({**cell, **album.of_cell(cell)})
        else:
            found.append(cell)
    return found, album.lost


class Album:
    """The pictures of one notebook."""

    def __init__(self):
        self.room, self.lost = MOST, 0

    def of_cell(self, cell):
        """-> dict source, attachments"""
        text, attached, kept = cell.get("source", ""), cell.get("attachments"), {}
        text = "".join(map(str, text)) if isinstance(text, list) else str(text)
        text = PASTED.sub(lambda found: self.keep(found[1], found[2], kept), text)
        for name, bundle in list(attached.items())[:MANY] if isinstance(attached, dict) else ():
            used = [spelt for spelt in {name, quote(name, errors="replace"), quote(name, "()!*'~", errors="replace")} if f"](attachment:{spelt}" in text]
            if used and isinstance(bundle, dict):
                kind = next((k for k in KINDS if k in bundle), "")
                new = self.keep(kind, bundle.get(kind), kept)
                for spelt in used:
                    text = re.sub(rf"\]\(attachment:{re.escape(spelt)}(?=[ )])", f"]({new}", text)
        return {"source": text, "attachments": kept}

    def keep(self, kind, data, kept):
        """Put a picture among those that are kept, if it is one and there is room.  -> its address in Markdown"""
        data = "".join(str(data if not isinstance(data, list) else "".join(map(str, data))).split())
        if len(data) > self.room or not is_picture(kind, data):
            self.lost += 1
            return GONE
        name = f"picture-{hashlib.sha256(data.encode()).hexdigest()[:12]}.{kind.partition('/')[2]}"
        self.room -= len(data) if name not in kept else 0
        kept[name] = {kind: data}
        return f"attachment:{name}"


def is_picture(kind, data):
    """Is a base64 text a file of this kind, as far as its first bytes tell?"""
    try:
        return base64.b64decode(data, validate=True).startswith(KINDS[kind])
    except (ValueError, KeyError):
        return False
