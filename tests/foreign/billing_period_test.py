"""D.14, LED-26: billing periods, months and days of all zones of the database, as Python's zoneinfo has their midnights, at and around each
boundary and each day on which a clock is turned; and of accounts that changed their zone, in whatever order."""
import datetime
import os
import random
import subprocess
import unittest
import zoneinfo

from peer import BUILD

HOUR, DAY = 3600, 86400
EPOCH = datetime.datetime(1970, 1, 1)
YEARS = (1995, 2009, 2011, 2026)


def offset(zone, instant):
    at = (EPOCH + datetime.timedelta(seconds=instant)).replace(tzinfo=datetime.timezone.utc)
    return int(at.astimezone(zone).utcoffset().total_seconds())


def midnight(zone, day):
    """The first instant of a date, or of the next one where there is none such."""
    wall = (day - EPOCH.date()).days * DAY
    at = int(datetime.datetime.combine(day, datetime.time(), zone).timestamp())
    if at + offset(zone, at) == wall:
        return at
    low, high = wall - 26 * HOUR, wall + 26 * HOUR
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if middle + offset(zone, middle) >= wall else (middle, high)
    return high


def half(number):
    """The date on which a half month begins, counted from the first of January of the year 0."""
    return datetime.date(number // 24, number % 24 // 2 + 1, 16 if number % 2 else 1)


class BillingPeriod(unittest.TestCase):
    def setUp(self):
        self.asked, self.expected = [], []

    def expect(self, what, instant, zones, span):
        self.asked.append("%s %d %d %s" % (what, instant, len(zones), " ".join("%s %d" % zone for zone in zones)))
        self.expected.append("%d %d" % span)

    def check(self):
        told = subprocess.run([os.path.join(BUILD, "test_ledger_domain_billing_period"), "--answer"], input="\n".join(self.asked), capture_output=True,
                              text=True, check=True).stdout.splitlines()
        self.assertEqual([row for row in zip(self.asked, told, self.expected) if row[1] != row[2]][:5], [])
        self.assertEqual(len(told), len(self.expected))

    def test_every_zone(self):
        dice, seen = random.Random(7), set()
        for name in sorted(zoneinfo.available_timezones() - {"Factory", "localtime"}):
            with open(os.path.join("/usr/share/zoneinfo", name), "rb") as file:
                content = file.read()
            if content in seen:
                continue
            seen.add(content)
            zone = zoneinfo.ZoneInfo(name)
            for year in YEARS:
                begins = [midnight(zone, half(year * 24 + place)) for place in range(26)]
                for place in range(24):
                    span = begins[place], begins[place + 1]
                    for instant in (span[0], dice.randrange(*span), span[1] - 1):
                        self.expect("period", instant, [(name, 0)], span)
                    month = begins[place - place % 2], begins[place - place % 2 + 2]
                    self.expect("month", span[0], [(name, 0)], month)
                    self.expect("month", span[1] - 1, [(name, 0)], month)
                self.days(name, zone, year, dice)
        self.assertGreater(len(seen), 300)
        self.check()

    def days(self, name, zone, year, dice):
        """All days that are no 24 hours long, and a few that are."""
        begins = [midnight(zone, datetime.date(year, 1, 1) + datetime.timedelta(days=place)) for place in range(366)]
        for span in zip(begins, begins[1:]):
            if span[1] - span[0] not in (0, DAY) or dice.random() < 0.01 and span[1] > span[0]:
                for instant in (span[0], dice.randrange(*span), span[1] - 1):
                    self.expect("day", instant, [(name, 0)], span)

    def test_accounts_that_change(self):
        """A half month begins by the zone of the one before, and ends by its own."""
        dice = random.Random(8)
        names = ["Pacific/Pago_Pago", "Pacific/Kiritimati", "Pacific/Apia", "Etc/GMT+12", "America/Havana", "Africa/Cairo", "Asia/Kolkata", "UTC",
                 "Pacific/Chatham", "America/St_Johns", "Europe/London", "America/Santiago"]
        for _ in range(500):
            first = dice.choice((2011, 2026)) * 24 + dice.randrange(24)
            chosen, zones, begin = [dice.choice(names)], [], 0
            begins = [midnight(zoneinfo.ZoneInfo(chosen[0]), half(first))]
            for place in range(first, first + 8):
                if place > first and dice.random() < 0.5:
                    chosen.append(dice.choice(names))
                    begin = begins[-1]
                if len(chosen) > len(zones):
                    zones.append((chosen[-1], begin))
                begins.append(midnight(zoneinfo.ZoneInfo(chosen[-1]), half(place + 1)))
            for place, span in enumerate(zip(begins, begins[1:])):
                for instant in (span[0], dice.randrange(*span), span[1] - 1):
                    self.expect("period", instant, zones, span)
                    even = place - (first + place) % 2
                    if 0 <= even < 6:
                        self.expect("month", instant, zones, (begins[even], begins[even + 2]))
        self.check()


if __name__ == "__main__":
    unittest.main()
