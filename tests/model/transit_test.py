"""Money between two chains (breadth B.4) as a machine of few states, walked exhaustively: every step of the saga may be lost on its way,
answered with the answer lost, repeated by a caller that died, or arrive late, while accounts are closed and opened between. At every state
the clearing of both chains sums to what is under way, and money is neither made nor lost. Two mistakes that the page warns of, returning on
a time-out and a refusal that is not kept, are found to double the money, so the walk sees what it is there to see. An agent's allocation
(LED-22) is walked as well while its relation ends and another begins, and its reclaim while the customer spends what is left."""
import unittest
from collections import namedtuple

# own, clearing_a: of the sender's chain; there, clearing_b: of the receiver's. kept: what each request id was answered, for ever.
# row: what the ledger keeps of the transit. late: messages under way that may still arrive. saga: what the gateway knows.
# related: the receiver is the sender's customer. spent: of what the sender of a reclaim had.
World = namedtuple("World", "own clearing_a there clearing_b closed kept row late saga tries related spent")
AMOUNT, START = 4, World(10, 0, 0, 0, False, frozenset(), "", frozenset(), "created", 0, True, 0)
TRIES = 4


class Ledger:
    """The rules: one transit; the row decides who ends it, and every answer is kept under its id."""
    keeps_refusals = guards = True

    def arrive(self, world, step):
        """The world after the message, and its answer."""
        kept = dict(world.kept)
        if step in kept:
            return world, kept[step]
        world, answer = getattr(self, step)(world)
        if answer == "ok" or self.keeps_refusals:
            kept[step] = answer
        return world._replace(kept=frozenset(kept.items())), answer

    def send(self, world):
        if world.own < AMOUNT or world.row:
            return world, "refused"
        return world._replace(own=world.own - AMOUNT, clearing_a=AMOUNT, row="under way"), "ok"

    def receive(self, world):
        if world.closed or (world.row != "under way" and self.guards):
            return world, "refused"
        return world._replace(there=world.there + AMOUNT, clearing_b=world.clearing_b - AMOUNT, row="received"), "ok"

    def back(self, world):
        if world.row != "under way" and self.guards:
            return world, "refused"
        return world._replace(own=world.own + AMOUNT, clearing_a=world.clearing_a - AMOUNT, row="returned"), "ok"


    def happenings(self, world):
        """Others act meanwhile."""
        yield world._replace(closed=not world.closed)


class Allocation(Ledger):
    """By a relation that both chains look at, each when it is its turn (settled 6)."""

    def send(self, world):
        return super().send(world) if world.related else (world, "refused")

    def receive(self, world):
        return super().receive(world) if world.related else (world, "refused")

    def happenings(self, world):
        yield from super().happenings(world)
        yield world._replace(related=not world.related)


class Reclaim(Ledger):
    """Out of lots, whether the relation holds or not (D.7); what is left of them is spent meanwhile, and what comes back, too."""

    def happenings(self, world):
        yield from super().happenings(world)
        if world.own >= 3:
            yield world._replace(own=world.own - 3, spent=world.spent + 3)


class Saga:
    returns_on_time_out = False

    def asks(self, state):
        return {"created": "send", "sent": "receive", "returning": "back"}.get(state)

    def hears(self, state, answer):
        return {("created", "ok"): "sent", ("created", "refused"): "refused", ("sent", "ok"): "done", ("sent", "refused"): "returning",
                ("returning", "ok"): "returned", ("returning", "refused"): "stopped"}[state, answer]   # the last calls people

    def hears_nothing(self, state):
        return "returning" if state == "sent" and self.returns_on_time_out else state


def next_worlds(world, ledger, saga):
    """All that may happen next. Dying before an answer was kept is hearing nothing; who starts again asks the same again."""
    yield from ledger.happenings(world)
    for step in world.late:                                             # a late duplicate, or what was thought lost
        yield ledger.arrive(world, step)[0]._replace(late=world.late - {step})
    step = saga.asks(world.saga)
    if step is None or world.tries == TRIES:
        return
    tried = world._replace(tries=world.tries + 1)
    arrived, answer = ledger.arrive(tried, step)
    yield arrived._replace(saga=saga.hears(world.saga, answer))
    yield arrived._replace(saga=saga.hears_nothing(world.saga))         # done, and its answer lost
    yield tried._replace(saga=saga.hears_nothing(world.saga))           # lost on its way
    yield tried._replace(saga=saga.hears_nothing(world.saga), late=world.late | {step})
    yield arrived._replace(saga=saga.hears(world.saga, answer), late=world.late | {step})


def breach(world):
    under_way = AMOUNT if world.row == "under way" else 0
    if world.clearing_a + world.clearing_b != under_way:
        return "clearing"
    if world.own + world.there + world.spent + under_way != START.own or world.own < 0:
        return "money"
    if world.saga in ("done", "returned") and under_way:
        return "ended, and under way"
    if world.saga == "done" and world.there != AMOUNT or world.saga in ("returned", "refused") and world.own + world.spent != START.own:
        return "told otherwise than it is"
    return None


def walk(ledger, saga):
    """The worlds that were seen, and the first breach with the way there."""
    seen, waiting = {START: None}, [START]
    while waiting:
        world = waiting.pop()
        if breach(world):
            way = [world]
            while seen[way[-1]]:
                way.append(seen[way[-1]])
            return seen, breach(world), way[::-1]
        for after in next_worlds(world, ledger, saga):
            if after not in seen:
                seen[after] = world
                waiting.append(after)
    return seen, None, []


class TransitTest(unittest.TestCase):
    def test_nothing_is_doubled_or_lost(self):
        seen, found, way = walk(Ledger(), Saga())
        self.assertIsNone(found, way)
        self.assertEqual({world.saga for world in seen}, {"created", "sent", "done", "returning", "returned"})
        self.assertGreater(len(seen), 200)

    def test_nor_of_an_allocation_or_a_reclaim(self):
        for ledger, least in ((Allocation(), 400), (Reclaim(), 400)):
            seen, found, way = walk(ledger, Saga())
            self.assertIsNone(found, way)
            self.assertEqual({world.saga for world in seen}, {"created", "sent", "refused", "done", "returning", "returned"})
            self.assertGreater(len(seen), least)
        unrelated = [world for world in walk(Allocation(), Saga())[0] if not world.related and world.row == "received" and world.saga == "sent"]
        self.assertTrue(unrelated)  # it ended behind the receiver, whose answer was lost: nothing comes back

    def test_of_an_allocation_the_mistakes_double_too(self):
        careless, saga = Allocation(), Saga()
        careless.guards = careless.keeps_refusals = False
        self.assertIsNotNone(walk(careless, Saga())[1])
        careless.keeps_refusals, saga.returns_on_time_out = True, True
        self.assertIsNotNone(walk(careless, saga)[1])

    def test_whoever_goes_on_ends(self):
        """From every world that can be, there is a way to an end."""
        for ledger in (Ledger(), Allocation(), Reclaim()):
            self.goes_on(ledger)

    def goes_on(self, ledger):
        seen, _, _ = walk(ledger, Saga())
        ended = {world for world in seen if world.saga in ("done", "returned", "refused")}
        before = {}
        for world in seen:
            for after in next_worlds(world, ledger, Saga()):
                before.setdefault(after, set()).add(world)
        waiting, ends = list(ended), set(ended)
        while waiting:
            for world in before.get(waiting.pop(), ()):
                if world not in ends:
                    ends.add(world)
                    waiting.append(world)
        self.assertEqual([world for world in seen if world not in ends and world.tries < TRIES - 2], [])

    def test_returning_on_a_time_out_doubles(self):
        ledger, saga = Ledger(), Saga()
        ledger.guards, saga.returns_on_time_out = False, True
        self.assertIsNotNone(walk(ledger, saga)[1])

    def test_a_refusal_that_is_not_kept_doubles(self):
        ledger = Ledger()
        ledger.guards = ledger.keeps_refusals = False
        self.assertIsNotNone(walk(ledger, Saga())[1])

    def test_one_row_decides_even_then(self):
        """Should the saga be wrong, the row of the transit lets only one of both be done."""
        saga = Saga()
        saga.returns_on_time_out = True
        seen, found, way = walk(Ledger(), saga)
        self.assertIsNone(found, way)
        self.assertIn("stopped", {world.saga for world in seen})


unittest.main()
