"""All zones of the database as Python's zoneinfo reads them: offsets at and around every change of fifty years, and wall times around them; those
of two years each half hour."""
import datetime
import os
import random
import subprocess
import unittest
import zoneinfo

from peer import BUILD

HOUR, DAY = 3600, 86400
FIRST, LAST = 1293840000, 2871763200  # 2011 to 2060
CLOSE = range(1767225600, 1830297600)  # 2026 and 2027
EPOCH = datetime.datetime(1970, 1, 1)


def offset(zone, instant):
    at = (EPOCH + datetime.timedelta(seconds=instant)).replace(tzinfo=datetime.timezone.utc)
    return int(at.astimezone(zone).utcoffset().total_seconds())


def first(low, high, holds):
    """The first of (low, high] for which it holds, once and for ever."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def instant(zone, wall):
    """fold=0 is the first of two, and in a gap the offset of before."""
    at = int((EPOCH + datetime.timedelta(seconds=wall)).replace(tzinfo=zone).timestamp())
    if at + offset(zone, at) == wall:
        return at
    return first(wall - 26 * HOUR, wall + 26 * HOUR, lambda at: at + offset(zone, at) >= wall)


def changes(zone):
    before = offset(zone, FIRST)
    for week in range(FIRST, LAST, 7 * DAY):
        after = offset(zone, week + 7 * DAY)
        if after != before:
            yield first(week, week + 7 * DAY, lambda at: offset(zone, at) != before), before, after
        before = after


def questions(zone):
    """Each with zoneinfo's answer."""
    dice = random.Random(7)
    instants = {dice.randrange(-2**31, 2**32) for _ in range(20)}
    walls = {dice.randrange(FIRST, LAST) for _ in range(10)}
    for change, before, after in changes(zone):
        instants |= {change - 1, change}
        walls |= {change + before - 1, change + before, change + after, change + (before + after) // 2}
        if change in CLOSE:
            walls |= {change // 1800 * 1800 + half * 1800 for half in range(-60, 61)}
    return [("offset %d" % at, offset(zone, at)) for at in instants] + [("instant %d" % at, instant(zone, at)) for at in walls]


class Zone(unittest.TestCase):
    def test_offsets_and_instants_agree(self):
        names = sorted(zoneinfo.available_timezones() - {"Factory", "localtime"})
        self.assertGreater(len(names), 590)
        asked, expected, known = [], [], {}
        for name in names:
            with open(os.path.join("/usr/share/zoneinfo", name), "rb") as file:
                content = file.read()  # many names are of one zone
            if content not in known:
                known[content] = questions(zoneinfo.ZoneInfo(name))
            asked += ["%s %s" % (name, question) for question, _ in known[content]]
            expected += [answer for _, answer in known[content]]
        answer = subprocess.run([os.path.join(BUILD, "test_runtime_base_zone"), "--answer"], input="\n".join(asked), capture_output=True,
                                text=True, check=True).stdout.split()
        self.assertEqual([row for row in zip(asked, map(int, answer), expected) if row[1] != row[2]], [])
        self.assertEqual(len(answer), len(expected))


if __name__ == "__main__":
    unittest.main()
