# SPDX-License-Identifier: LGPL-2.1-or-later
"""The gst-launch-1.0 lines and the programs that README.md shows, by their names.

Each stands in a fenced block below a comment <!-- line: NAME -->, <!-- program: NAME --> or <!-- shell: NAME -->. The
README is their only home: what runs them takes them from there.
"""
import pathlib
import re
import shlex
import textwrap

README = pathlib.Path(__file__).resolve().parents[2] / 'README.md'
BLOCK = re.compile(r'<!-- (line|program|shell): ([\w-]+) -->\n+```\w*\n(.*?)^```$',
                   re.MULTILINE | re.DOTALL)


def blocks(kind, path=README):
    """A dict of name -> text of all blocks of a kind, in their order."""
    text = pathlib.Path(path).read_text(encoding='utf-8')
    return {name: body for what, name, body in BLOCK.findall(text) if what == kind}


class Line:
    """A gst-launch-1.0 line of four parts: the room, the picture, the sound, and what is done
    with the others. Each part can be taken from another line."""

    def __init__(self, room, picture, sound, others):
        self.room, self.picture, self.sound, self.others = room, picture, sound, others

    @classmethod
    def parse(cls, text):
        words = words_of(text)
        try:
            room = words.index('roomsignal') + 1
            while '=' in words[room]:
                room += 1
            picture = words.index('name=me') + 1
            while '=' in words[picture]:
                picture += 1
            sound = words.index('me.') + 1
        except (ValueError, IndexError) as error:
            raise ValueError(f'not a line of room, picture, sound and others: {text}') from error
        return cls(words[:room], words[room:picture], words[picture:sound], words[sound:])

    def words(self):
        return self.room + self.picture + self.sound + self.others

    def __str__(self):
        rows = []
        for part in (self.room, self.picture, self.sound, self.others):
            rows += textwrap.wrap(' '.join(quote(word) for word in part), 110,
                                  break_long_words=False, break_on_hyphens=False)
        return ' \\\n    '.join(rows)


def words_of(text):
    """The words that a shell makes of it."""
    return shlex.split(text.replace('\\\n', ' '))


def quote(word):
    """As a shell needs it; ‘!’ and ‘=’ are harmless in a script, so they stay readable."""
    return word if re.fullmatch(r'[\w!=./:,+%-]+', word) else shlex.quote(word)
