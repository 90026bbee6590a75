# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every gst-launch-1.0 line of the documents and of the elements' doc blocks."""
import pathlib
import re
from typing import NamedTuple

FENCE = re.compile(r'^```\w*\n(.*?)^```$', re.MULTILINE | re.DOTALL)
# The example blocks of gtk-doc comments: |[ … ]|
EXAMPLE = re.compile(r'\|\[(?:<!--.*?-->)?\n(.*?)\]\|', re.DOTALL)
STAR = re.compile(r'^ \* ?', re.MULTILINE)


class DocumentedLine(NamedTuple):
    where: str
    text: str


def lines_of(block):
    """The gst-launch-1.0 lines of a block; a backslash at the end goes on in the next row."""
    for row in block.replace('\\\n', ' ').splitlines():
        if row.strip().startswith('gst-launch-1.0 '):
            yield row.strip()


def blocks_of(path):
    text = path.read_text(encoding='utf-8')
    if path.suffix == '.md':
        return FENCE.findall(text)
    return [STAR.sub('', block) for block in EXAMPLE.findall(text)]


def find(root):
    root = pathlib.Path(root)
    for path in sorted([*root.glob('*.md'), *root.glob('docs/*.md'), *root.glob('gst/*.c')]):
        for block in blocks_of(path):
            for line in lines_of(block):
                yield DocumentedLine(path.relative_to(root).as_posix(), line)
