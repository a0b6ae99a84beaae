"""The figures: what is compared, how much is wanted, what was measured, and the same by processor time alone."""


def best(cases, contender, hot, size=None):
    """The case of this contender with the highest throughput; none when there was no such case."""
    fitting = [case for case in cases if case.contender == contender and (case.traffic == "hot") == hot and case.traffic != "skewed"
               and (size is None or case.size == size) and case.rate == 0 and case.runs]
    return max(fitting, key=lambda case: case.median("orders_per_s"), default=None)


def ratio(a, b):
    """0, which reaches nothing, where there was nothing to compare with."""
    return a / b if b else 0


def throughput(what, wanted, a, b):
    """The rate of a over that of b; by processor time, what an order of b takes over what one of a takes."""
    if a is None or b is None:
        return (what, ">=", wanted, 0, None)
    return (what, ">=", wanted, ratio(a.median("orders_per_s"), b.median("orders_per_s")), ratio(b.cost_us, a.cost_us))


def latency(what, wanted, a, b):
    """The p50 of a over that of b, and the processor time of a call of a over that of b."""
    if a is None or b is None:
        return (what, "<=", wanted, 0, None)
    return (what, "<=", wanted, ratio(a.median("p50_us"), b.median("p50_us")), ratio(a.cost_us, b.cost_us))


def named(cases):
    return {case.name: case for case in cases if case.runs}


def ledger_figures(cases, audit_million_s):
    by_name = named(cases)
    bulk, hot, single, lone, commit = (by_name.get(name) for name in (
        "bulk of 256, 8 outstanding", "bulk of 256, 8, hot", "single, 256 outstanding", "single, 1 outstanding", "commit, 1 connection"))
    procedure = best(cases, "procedure", False)
    memory = max((run["ledger_memory_bytes_max"] for case in cases for run in case.runs), default=0)
    return [
        throughput("bulk of 256 / bare floor of 256 (its best)", 0.85, bulk, best(cases, "floor", False, 256)),
        throughput("bulk of 256 / stored procedure (its best)", 9, bulk, procedure),
        throughput("bulk, hot account / uniform", 0.9, hot, bulk),
        throughput("bulk, hot account / stored procedure, hot (its best)", 10, hot, best(cases, "procedure", True)),
        throughput("single, 256 outstanding / stored procedure (its best)", 1.5, single, procedure),
        latency("lone single call, p50 / one bare commit, p50", 2.2, lone, commit),
        ("audit of a million entries, s", "<=", 10, audit_million_s, None),
        ("most memory of the ledger, MiB", "<", 256, memory / 1048576, None),
    ]


def gateway_figures(cases):
    by_name = named(cases)

    def pair(case):
        return by_name.get("gateway, " + case), by_name.get("beside it the ledger, " + case)

    lone, crowded = by_name.get("gateway, single, 1 outstanding"), by_name.get("gateway, single, 1 outstanding, 5000 idle connections")
    rows = [
        throughput("gateway, single, 256 outstanding / the ledger's own", 0.5, *pair("single, 256 outstanding")),
        latency("gateway, lone single call, p50 / the ledger's own", 2, *pair("single, 1 outstanding")),
        throughput("gateway, bulk of 256 / the ledger's own", None, *pair("bulk of 256, 8 outstanding")),
    ]
    gathering, beside = by_name.get("gateway, gathering client, 256 outstanding"), by_name.get("beside it the ledger, single, 256 outstanding")
    rows.append(throughput("gateway, gathering client, 256 outstanding / the ledger's own single", None, gathering, beside))
    if lone and crowded:
        rows.append(("gateway, lone single call, its processor time with 5,000 idle connections / without", "<=", 1.3,
                     ratio(crowded.median("gateway_cpu_us"), lone.median("gateway_cpu_us")), None))
    return rows


def companies_figures(cases):
    by_name = named(cases)
    single, trapped = "single, 256 outstanding, ", ", statistics of empty tables"

    def compare(what, wanted, a, b):
        return throughput(what, wanted, by_name.get(a), by_name.get(b))

    rows = [
        compare("two ledger replicas / one, 8 companies, single, 256 outstanding", 1, single + "two replicas, 8 companies", single + "8 companies"),
        compare("two ledger replicas / one, 8 companies, bulk of 256, 8 outstanding", 1,
                "bulk of 256, 8 outstanding, two replicas, 8 companies", "bulk of 256, 8 outstanding, 8 companies"),
        compare("100 companies / 8, single, 256 outstanding", None, single + "100 companies", single + "8 companies"),
        compare("1,000 companies / 8, single, 256 outstanding", None, single + "1000 companies", single + "8 companies"),
        compare("10,000 companies / 8, single, 256 outstanding", 0.8, single + "10000 companies", single + "8 companies"),
    ]
    rows += [compare(name + trapped + " / without", 0.9, name + trapped, name) for name in by_name if name + trapped in by_name]
    return [row for row in rows if row[3]]


def growth_figures(before, after, transfers):
    return [throughput("%s, with %g million transfers in its companies / before" % (a.name.rsplit(",", 1)[0], transfers / 1e6), 0.9, b, a)
            for a, b in zip(before, after)]


def lots_figures(few, hundreds):
    return [throughput("%s / %s" % (many.name, one.name.rsplit(",", 1)[1].strip()), 0.9, many, one) for one, many in zip(few, hundreds)]


def is_reached(sign, wanted, measured):
    return measured > 0 and (measured >= wanted if sign == ">=" else measured <= wanted if sign == "<=" else measured < wanted)


def print_figures(rows):
    """A figure of which nothing is wanted is told all the same."""
    print("\n| figure | wanted | measured | by processor time | |\n|---|---:|---:|---:|---|")
    for what, sign, wanted, measured, by_time in rows:
        verdict = "" if wanted is None else "reached" if is_reached(sign, wanted, measured) else "**not reached**"
        print("| %s | %s | %.2f | %s | %s |" % (what, "" if wanted is None else "%s %g" % (sign, wanted), measured,
                                                "" if by_time is None else "%.2f" % by_time, verdict))
