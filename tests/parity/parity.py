"""A live comparison with the reference: N random specs, each mapped by both, in double precision.

    parity.py BIN PYTHON [--seed S] [--count N] [--limit SECONDS] [--keep FOLDER] [--verbose]

BIN: folder of the tools; PYTHON: an interpreter that has the accelforge package. Prints a line per difference, then one line with how many are

  equal             the same front
  better            no worse than any of the reference's mappings, and the reference's own model gives our mappings the figures that we give
  own model differs the reference's model gives the mappings of its front other figures than its mapper (60 Q28, and imperfect loops); with those
                    the fronts are equal, or ours is better and confirmed
  different         anything else: look at it
  reference failed, reference too slow, ours failed

and the ratio of CPU times."""
import argparse, json, os, resource, subprocess, sys, tempfile

import generate

TOLERANCE = 1e-6          # the package stores some columns in float32 whatever we ask


def number(value):
    return float(value) if isinstance(value, str) else value


def our_front(case, binaries, folder):
    """Rows of our front, and CPU seconds; raises RuntimeError with the message of the tool that failed."""
    paths = []
    for part in ("arch", "workload"):
        paths.append(os.path.join(folder, part + ".yaml"))
        with open(paths[-1], "w") as f:
            f.write(case[part])
    settings = [f"mapper.metrics={case['metrics']}"] + [f"mapper.{k}={json.dumps(v)}" for k, v in case["mapper"].items()]
    data = subprocess.run([f"{binaries}/af-parse", *paths, *(x for s in settings for x in ("-S", s))], capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for tool in ("af-pmap", "af-join"):
        if data.returncode:
            raise RuntimeError(data.stderr.decode().strip()[-300:])
        data = subprocess.run([f"{binaries}/{tool}", "-j1"], input=data.stdout, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if data.returncode:
        raise RuntimeError(data.stderr.decode().strip()[-300:])
    wanted = asked(case["metrics"])
    rows, mappings, context = [], [], []
    for line in data.stdout.splitlines():
        record = json.loads(line)
        if record["rec"] == "mapping":
            row = {k: number(v) for k, v in record["metrics"].items() if k in wanted}
            if "RESOURCE_USAGE" in case["metrics"]:
                row.update({"usage " + r["component"]: number(r["usage"]) for r in record["reservations"]})
            rows.append(row)
            mappings.append(as_yaml(binaries, context + [line]))
        elif record["rec"] != "end":
            context.append(line)
    return rows, mappings, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def as_yaml(binaries, lines):
    return subprocess.run([f"{binaries}/af-model", "--open", "-q", "--yaml-mapping"], input=b"\n".join(lines) + b"\n", capture_output=True).stdout.decode()


def asked(metrics):
    return {m.lower() for m in metrics.split("|")} - {"resource_usage"}


def no_worse(a, b, keys):
    return all(a.get(k, 0.0) <= b.get(k, 0.0) * (1 + TOLERANCE) + 1e-30 for k in keys)


def compare(ours, theirs, keys):
    """equal: each row has its like on the other side. better: each of theirs is matched by one of ours that is no worse."""
    covered = all(any(no_worse(o, t, keys) for o in ours) for t in theirs)
    covers = all(any(no_worse(t, o, keys) for t in theirs) for o in ours)
    return "equal" if covered and covers else "better" if covered else "different"


def same_figures(a, b, keys):
    """Each row of a is that of b, figure by figure; a row that was refused (a text) is not."""
    return len(a) == len(b) and all(isinstance(x, dict) and no_worse(x, y, keys) and no_worse(y, x, keys) for x, y in zip(a, b))


def judge(ours, theirs, keys):
    confirmed = same_figures(theirs["ours"], ours, keys)
    outcome = compare(ours, theirs["front"], keys)
    if outcome == "equal" or (outcome == "better" and confirmed):
        return outcome
    again = [row for row in theirs["again"] if isinstance(row, dict)]
    if confirmed and not same_figures(theirs["again"], theirs["front"], keys) and compare(ours, again, keys) in ("equal", "better"):
        return "own model differs"
    return "different"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binaries")
    parser.add_argument("python")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--keep", help="folder for the specs that differ")
    parser.add_argument("--limit", type=int, default=600, help="CPU seconds for the reference, a spec")
    parser.add_argument("--verbose", action="store_true", help="a line for every spec")
    options = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    cases = [generate.spec(options.seed * 100000 + i) for i in range(options.count)]
    tally = dict.fromkeys(("equal", "better", "own model differs", "different", "reference failed", "reference too slow", "ours failed"), 0)
    spent = [0.0, 0.0]
    reference = subprocess.Popen([options.python, os.path.join(here, "reference.py"), str(options.limit)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True)
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            try:
                ours, case["mappings"], seconds = our_front(case, options.binaries, folder)
                failure = None
            except RuntimeError as e:
                ours, case["mappings"], seconds, failure = [], [], 0.0, str(e)
            reference.stdin.write(json.dumps(case) + "\n")
            reference.stdin.flush()
            theirs = json.loads(reference.stdout.readline() or '{"error": "the reference stopped"}')
            if "error" in theirs:
                outcome, note = "reference too slow" if "longer than the limit" in theirs["error"] else "reference failed", f"{theirs['error'][:120]}; ours: {failure or f'{len(ours)} mappings'}"
            elif failure:
                outcome, note = "ours failed", failure
            else:
                keys = sorted({k for row in theirs["front"] for k in row if k in asked(case["metrics"]) or k.startswith("usage ")})
                outcome = judge(ours, theirs, keys)
                note = f"ours {ours[:2]}, by the reference's model {theirs['ours'][:2]}; reference {theirs['front'][:2]}, again {theirs['again'][:2]}"
                spent[0] += seconds
                spent[1] += theirs["cpu"]
            tally[outcome] += 1
            if outcome != "equal" or options.verbose:
                print(f"{case['name']}: {outcome}: {note}", flush=True)
            if outcome != "equal" and options.keep:
                os.makedirs(options.keep, exist_ok=True)
                with open(os.path.join(options.keep, case["name"] + ".json"), "w") as f:
                    json.dump({**case, "outcome": outcome, "answer": theirs}, f)
    reference.stdin.close()
    ratio = f", reference / ours in CPU time {spent[1] / spent[0]:.0f}" if spent[0] else ""
    print(", ".join(f"{n} {what}" for what, n in tally.items()) + ratio)
    return tally["different"] + tally["ours failed"] > 0


if __name__ == "__main__":
    sys.exit(main())
