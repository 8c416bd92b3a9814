"""What holds for every golden case: properties.py CHECK GOLDEN [EVERY]; of the cases each EVERY-th. Prints what does not
hold, then how many cases were looked at; exit 1 if any does not.

explain   What moves at the holders (--explain) makes the action counts, of every mapping given.
yaml      The first mapping that af-join finds, written as YAML and read again, has the same records.
"""
import json, os, subprocess, sys


def tool(*command, text=""):
    run = subprocess.run(command, input=text, capture_output=True, text=True)
    return run.stdout if run.returncode == 0 else None


def records(text):
    return [json.loads(line) for line in (text or "").splitlines()]


def parsed(case, golden, *more):
    options = []
    if "metrics" in case:
        options += ["-S", "mapper.metrics=" + case["metrics"]]
    for name, value in case.get("ffm", {}).items():
        options += ["-S", f"mapper.{name}={json.dumps(value)}"]
    return tool("af-parse", "-q", *(os.path.join(golden, f) for f in case["files"]), *more, *options)


def near(a, b):
    a, b = float(a), float(b)
    return a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def nodes_of(nodes):
    for node in nodes:
        yield node
        yield from nodes_of(node.get("nodes", []))


def least_or_zero(numbers):
    return 0 if 0 in numbers else min(numbers)


def explain(case, golden):
    """All action counts from the buffets; in a copy Einsum the buffets of a component are one."""
    text = parsed(case, golden)
    evaluated = records(tool("af-eval", "-q", text=text)) if text else []
    answer = records(tool("af-model", "-q", "--explain", text=text)) if text else []
    if not answer:
        return None
    einsums = {r["einsum"]: r for r in evaluated if r["rec"] == "einsum" and r["einsum"]}
    faults = []
    for action in answer:
        if action["rec"] != "action" or action["action"] not in ("read", "write"):
            continue
        einsum = einsums[action["einsum"]]
        node = next(n for n in nodes_of(einsum["arch"]["nodes"]) if n.get("name") == action["component"])
        scale = (node.get("actions_scale") or 1) * (einsum.get("n_instances") or 1)
        own = [b for b in answer if b["rec"] == "buffet" and b["einsum"] == action["einsum"] and
               b["component"] == action["component"] and
               (einsum.get("is_copy_operation") or b["tensor"] == action["tensor"])]
        kind = action["action"] + "s"
        count, skipped = (least_or_zero([b[k] for b in own]) for k in (kind, "skipped_" + kind))
        if not near((count - skipped) * scale, action["count"]) or not near(skipped * scale, action["skipped"]):
            faults.append(f"{action}: {count} - {skipped} times {scale}")
    return faults


def figures(text):
    """Of the first mapping; which loops are fused, and by which names quirks go, a hand-written one does not say."""
    rows = [r for r in records(text) if r.get("map") == 0]
    return [{k: v for k, v in r.items() if k not in ("fused", "quirks")} for r in rows]


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and not isinstance(a, bool):
        return near(a, b)
    return a == b


def yaml(case, golden):
    text = parsed(case, golden)
    groups = tool("af-pmap", "-q", text=text) if text else None
    mapped = tool("af-join", "-q", text=groups) if groups else None
    if not mapped:
        return None
    path = f"{os.environ.get('BATS_TEST_TMPDIR', '.')}/{case['name']}.yaml"
    written = tool("af-model", "-q", "--yaml-mapping", text=mapped)
    with open(path, "w") as file:
        file.write(written or "")
    wanted = figures(tool("af-model", "-q", text=mapped))
    got = figures(tool("af-model", "-q", text=parsed(case, golden, path) or ""))
    if len(wanted) != len(got):
        return [f"{len(wanted)} records and {len(got)}"]
    return [f"{a} and {b}" for a, b in zip(wanted, got) if not same(a, b)]


CHECKS = {"explain": (explain, ("models_s100", "models2_s200")), "yaml": (yaml, ("cases_s100", "cases2_s200"))}


def main(name, golden, every=1):
    check, sets = CHECKS[name]
    looked = refused = wrong = 0
    for cases in sets:
        with open(os.path.join(golden, cases + ".jsonl")) as file:
            for line in list(file)[::int(every)]:
                case = json.loads(line)
                faults = check(case, golden)
                looked += faults is not None
                refused += faults is None
                wrong += bool(faults)
                for fault in (faults or [])[:3]:
                    print(f"{case['name']}: {fault}")
    print(f"{name}: {looked} cases hold or not, {refused} refused, {wrong} do not hold")
    return 1 if wrong or not looked else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
