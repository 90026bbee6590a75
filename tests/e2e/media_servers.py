# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of calls by way of media servers stand on that come and go. They are to be run in a
network namespace of their own: on_janus.py --bare."""
import pathlib

import coded_picture
import fixture
import janus

SECRET = 'a secret of servers'
# Small, so that a busy machine has nothing to thin out.
SMALL = ('--size=160x120', '--encoder=vp8enc deadline=1 cpu-used=8 target-bitrate=150000')
TONES = {1: 450, 2: 800, 3: 1200}
MANY = 30
# Seconds in which sound and picture are back
BACK = 5
# and in which it is noticed that nothing answers
NOTICED = 3
# Frames that a busy machine may still have on their way when their server ends.
ON_THE_WAY = 10


class Case(fixture.Case):
    def setUp(self):
        super().setUp()
        janus.skip_unless_possible()
        self.members = []

    def start_node(self, name):
        """A Janus that runs elsewhere; again under its name after an end."""
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir()
            janus.write_configuration(folder, SECRET)
        return janus.start(lambda: self.start(*janus.command(folder)), folder, fixture.PATIENCE)

    def media(self, *names):
        return janus.media(*(self.folder / name for name in names))

    def find_child(self, server, other_than=None):
        """The process of the Janus that the server has started."""
        end = fixture.time.monotonic() + fixture.PATIENCE
        while fixture.time.monotonic() < end:
            for pid in descendants(server.pid):
                if pid != other_than and name_of(pid) == 'janus':
                    return pid
            fixture.time.sleep(0.05)
        raise AssertionError(f'no Janus under {server.tell()}')

    def add_member(self, uid, *options):
        member = self.start_member(self.server, f'--uid={uid}', f'--code={uid}',
                                   f'--tone={TONES[uid]}', *SMALL, *options)
        member.uid = uid
        self.members.append(member)
        return member

    def begin_call(self, server):
        """Of two, who see and hear each other."""
        self.server = server
        for uid in (1, 2):
            self.add_member(uid)
        self.wait_flow(0)

    def start_call(self, *names, more=()):
        nodes = [self.start_node(name) for name in names]
        self.begin_call(self.start_server(*self.media(*names), *more))
        return nodes

    def find_used(self, nodes):
        """That through which media goes: each connection has sockets of its own."""
        return max(nodes, key=lambda node: len(list(
            pathlib.Path(f'/proc/{node.pid}/fd').iterdir())))

    def others(self, member):
        """Whom it sees: its one slot takes the first that is not itself."""
        return 2 if member.uid == 1 else 1

    def wait_flow(self, since):
        """Pictures that change and a clear tone, at everybody."""
        for member in self.members:
            other = self.others(member)
            mark = since and since[member]
            first = member.wait_event('picture', since=mark, sender=other)
            member.wait_event('picture', since=mark, sender=other, counter=lambda counter: (
                counter > first['counter'] + MANY))
            member.wait_event('sound', since=mark, hz=TONES[other], share=lambda share: share > 0.9)

    def marks(self):
        return {member: member.mark() for member in self.members}

    def check_back(self, marks, at, limit):
        """Picture and sound come again at everybody, after what has happened then."""
        for member in self.members:
            other = self.others(member)
            last = member.events('picture')[-1]['counter']
            back = member.wait_event(
                'picture', since=marks[member], sender=other,
                counter=lambda counter: 0 < (counter - last) % coded_picture.COUNTERS - ON_THE_WAY
                < coded_picture.COUNTERS // 2)
            mark = member.mark()
            member.wait_event('sound', since=mark, hz=TONES[other], share=lambda share: share > 0.9)
            heard = fixture.time.monotonic()
            print(f'# {member.uid} sees again after {back["read-at"] - at:.2f} s, '
                  f'is heard to hear after {heard - at:.2f} s', flush=True)
            self.assertLess(max(back['read-at'], heard) - at, limit * fixture.PATIENCE / 20)

    def check_nobody_left(self, marks):
        for member, mark in marks.items():
            self.assertEqual([], [event for event in member.events('message', mark)
                                  if event['name'] in ('member-left', 'stream-removed')])
            self.assertEqual([], member.events('error'))

    def consumers(self, member):
        """The connections over which it sends, as its next statistics tell."""
        return fixture.transport_ids(member.wait_message('publish-stats', since=member.mark()))

    def wait_consumers(self, member, fits):
        """Until the connections over which it sends are so. Returns: their ids."""
        def fitting(line):
            event = member.event(line)
            return event.get('name') == 'publish-stats' and fits(fixture.transport_ids(event))
        line = member.wait_for(fitting, since=member.mark())
        return fixture.transport_ids(member.event(line))


def descendants(pid):
    """The processes that it has started, and they in turn."""
    try:
        tasks = pathlib.Path('/proc', str(pid), 'task').iterdir()
        children = [int(word) for task in tasks for word in
                    (task / 'children').read_text(encoding='ascii').split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [each for child in children for each in (child, *descendants(child))]


def name_of(pid):
    try:
        return pathlib.Path('/proc', str(pid), 'comm').read_text(encoding='utf-8').strip()
    except (FileNotFoundError, ProcessLookupError):
        return ''
