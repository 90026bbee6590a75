# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the translations lack: words that gettext does not see, and words that nobody translated."""
import pathlib
import re
import subprocess

# Words for people in C, in .ui files, and in what the desktop reads.
MARKS = {
    '.c': re.compile(r'(?<![\w])(?:C|N|NC|ng)?(?:_|gettext) ?\('),
    '.h': re.compile(r'(?<![\w])(?:C|N|NC|ng)?(?:_|gettext) ?\('),
    '.ui': re.compile(r'translatable="(?:yes|true|1)"'),
    '.desktop.in': re.compile(r'^(?:Name|Comment|GenericName|Keywords)=', re.MULTILINE),
    '.metainfo.xml.in': re.compile(r'<(?:name|summary|p|li|caption)>'),
}
# Of .ui files: what people read, without a mark that it is to be translated
UNMARKED = re.compile(
    r'<property name="(?:label|title|subtitle|tooltip-text|placeholder-text|description)">'
    r'([^<]*[A-Za-z]{2}[^<]*)<')


def sources(root):
    for folder in ('app/call', 'data'):
        for path in sorted(pathlib.Path(root, folder).rglob('*')):
            if path.is_file():
                yield path.relative_to(root).as_posix(), path


def has_words(name, text):
    return any(name.endswith(end) and mark.search(text) for end, mark in MARKS.items())


def check_list(root):
    """Whether po/POTFILES names every file with words for people, and none that is not there."""
    listed = [line for line in pathlib.Path(root, 'po/POTFILES').read_text('utf-8').splitlines()
              if line and not line.startswith('#')]
    complaints = [f'po/POTFILES: there is no {name}' for name in listed
                  if not pathlib.Path(root, name).is_file()]
    complaints += [f'po/POTFILES: {name} is named twice' for name in sorted(set(listed))
                   if listed.count(name) > 1]
    for name, path in sources(root):
        if name not in listed and name.endswith(tuple(MARKS)):
            if has_words(name, path.read_text('utf-8')):
                complaints.append(f'po/POTFILES: {name} has words and is not named')
    return complaints


def check_marks(root):
    """Words in .ui files that gettext would not see."""
    return [f'{name}: ‘{words}’ is not marked as translatable'
            for name, path in sources(root) if name.endswith('.ui')
            for words in UNMARKED.findall(path.read_text('utf-8'))]


def languages(root):
    return pathlib.Path(root, 'po/LINGUAS').read_text('utf-8').split()


def check_format(path):
    """What msgfmt says of a translation, such as %s where the original has %d."""
    done = subprocess.run(['msgfmt', '--check', '--output-file=/dev/null', str(path)], check=False,
                          capture_output=True, text=True)
    return done.stderr.splitlines() if done.returncode else []


def extract(root, template):
    """Writes all words of the sources into @template. Returns: what xgettext says."""
    done = subprocess.run(
        ['xgettext', '--files-from=po/POTFILES', '--from-code=UTF-8', '--add-comments',
         '--add-location=file', '--package-name=gst-nertc', f'--output={template}',
         *(f'--keyword={word}' for word in
           ('_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'g_dcgettext:2', 'g_dngettext:2,3',
            'g_dpgettext2:2c,3', 'ngettext:1,2', 'Q_:1g'))],
        cwd=root, check=False, capture_output=True, text=True)
    return done.stderr.splitlines() if done.returncode else []


def untranslated(po, template, folder):
    """The first lines of what @po lacks of @template, or has only nearly."""
    merged = pathlib.Path(folder, po.name)
    subprocess.run(['msgmerge', '--quiet', f'--output-file={merged}', str(po), str(template)],
                   check=True, capture_output=True)
    lacking = []
    for what in ('--untranslated', '--only-fuzzy'):
        found = subprocess.run(['msgattrib', what, '--no-obsolete', '--no-wrap', str(merged)],
                               check=True, capture_output=True, text=True).stdout
        lacking += [f'{what[2:]}: {words}' for words in
                    re.findall(r'^msgid (".+")$', found, re.MULTILINE) if words != '""']
    return lacking
