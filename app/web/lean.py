#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What browsers get of the page and the SDK: lean.py FOLDER NAME FILE [NAME FILE…].

Scripts and style sheets are sent without what only readers need, lines that are comments and the
space before others; a line stays on its number. The licence stands in nertc.js. Everything else,
and what is there to be read, is sent as it is. The files can be served as they are, too.
"""
import pathlib
import sys

LEAN = {'.js', '.css'}
TO_READ = 'quick-start/'
LICENCE = 'SPDX-License-Identifier'
ENTRY = 'nertc.js'


def is_end_of_comment(line):
    return line.rstrip().endswith('*/') and line.count('*/') == 1


def lean(name, text):
    """@text as browsers get it, with as many lines."""
    if pathlib.PurePosixPath(name).suffix not in LEAN or name.startswith(TO_READ):
        return text
    lines = []
    in_comment = in_template = False
    for line in text.split('\n'):
        bare = line.strip()
        if in_comment:
            in_comment = '*/' not in bare
            lines.append('')
        elif in_template:
            in_template = bare.count('`') % 2 == 0
            lines.append(line)
        elif LICENCE in bare and name == ENTRY:
            lines.append(bare)
        elif bare.startswith('//') or bare.startswith('/*') and is_end_of_comment(bare):
            lines.append('')
        elif bare.startswith('/*') and '*/' not in bare:
            in_comment = True
            lines.append('')
        else:
            in_template = name.endswith('.js') and bare.count('`') % 2 == 1
            lines.append(bare)
    return '\n'.join(lines)


def main(folder, *words):
    for name, path in zip(words[::2], words[1::2]):
        source = pathlib.Path(path)
        text = source.read_bytes().decode('utf-8')
        pathlib.Path(folder, name.replace('/', '--')).write_bytes(lean(name, text).encode('utf-8'))


if __name__ == '__main__':
    main(*sys.argv[1:])
