"""What the tools do with streams that somebody has damaged: mutations.py SEED RUNS [STREAMS]; RUNS 0: every mutation of every
field; STREAMS: a pattern of their names.

Valid streams between the tools, one record of each changed, into each tool that reads them. A tool either answers with a whole
stream, or ends with a documented code and messages that begin with its name. A signal, a sanitizer's report, a hang, the code of
a bug (70), a figure that is no number, or one that is negative and not warned of, do not hold. Prints what does not hold, with
the stream kept in the folder $KEEP if there is one, then how many were looked at; $LOG takes a line of each. Exit 1 if any does
not hold.
"""
import collections, copy, json, os, random, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = float(os.environ.get("SECONDS_EACH", "20"))
MEMORY = int(os.environ.get("MEMORY_EACH", "2000000000"))      # bytes, 0 for sanitizers
SPECS = [
    "arches/two_level.yaml workloads/mlp.yaml -D LAYERS=2 -D BATCH=4 -D WIDTH=4 -S mapper.metrics=ENERGY|LATENCY|RESOURCE_USAGE",
    "arches/fanout.yaml workloads/mlp.yaml -D LAYERS=2 -D BATCH=4 -D WIDTH=4",
    "arches/edge.yaml workloads/attention.yaml -D SEQUENCE=8",
]
# stream: how it is made of the one before it, who reads it
STREAMS = {
    "spec": (None, ["af-eval", "af-pmap", "af-area", "af-render -p arch", "af-render -p workload -T text"]),
    "einsum": ("af-eval", ["af-pmap", "af-area -T table", "af-area", "af-render -p arch", "af-render -p workload"]),
    "group": ("af-pmap", ["af-join", "af-render -p pareto"]),
    "mapping": ("af-join", ["af-model", "af-model --explain --columns", "af-model --backend isl", "af-model --yaml-mapping",
                            "af-render", "af-render -T text", "af-render -p pareto -T tsv"]),
    "figure": ("af-model", ["af-render -p energy --stack action", "af-render -p latency -T tsv", "af-render -p memory",
                            "af-render -T html", "af-render -p roofline", "af-render"]),
    "cost": ("af-area", ["af-render -p area"]),
    "component": (None, ["af-area", "af-area -T csv"]),
}
COMPONENT = {"rec": "component", "v": "1", "name": "Ram", "component_class": "SRAM", "actions": [{"name": "read", "attributes": {}}],
             "attributes": {"size": 65536, "width": 64, "tech_node": 45e-9, "n_rw_ports": 1, "n_banks": 1}}
ABSENT = object()
WORDS = [None, True, -1, 0, 1, 2.5, 1e300, -1e300, 10 ** 30, 2 ** 63 - 1, 2 ** 31, "nan", "inf", "-inf", "", "nobody", "é\u0001",
         [], {}, [None], [[]], {"e": "1 / 0"}, {"e": "(", "at": [1, 1, 0]}, {"s": ["nobody"], "u": "t"}, [-1], ["x"] * 40]


def stream_of(command, lines=None):
    run = subprocess.run(command, input=lines, capture_output=True)
    assert run.returncode == 0, (command, run.stderr)
    return run.stdout


def streams():
    """(name, lines) of all valid streams."""
    for number, spec in enumerate(SPECS):
        parts = [os.path.join(ROOT, "share", p) if p.endswith(".yaml") else p for p in spec.split()]
        lines = {"spec": stream_of(["af-parse", "-q"] + parts)}
        lines["einsum"] = stream_of(["af-eval", "-q"], lines["spec"])
        lines["group"] = stream_of(["af-pmap", "-q"], lines["einsum"])
        lines["mapping"] = first_rows(stream_of(["af-join", "-q"], lines["group"]))
        lines["figure"] = stream_of(["af-model", "-q"], lines["mapping"])
        lines["cost"] = stream_of(["af-area", "-q"], lines["einsum"])
        for name, text in lines.items():
            yield f"{name}{number}", text.splitlines()
    yield "component", [json.dumps(COMPONENT).encode(), b'{"rec":"end","v":"1","records":1}']


def first_rows(text):
    """The first two mappings: more of them say nothing more."""
    kept = [line for line in text.splitlines() if b'"rec":"mapping"' not in line or re.search(rb'"id":[01],', line)]
    kept[-1] = b'{"rec":"end","v":"1","records":%d}' % (len(kept) - 1)
    return b"\n".join(kept) + b"\n"


def fields(value, path=()):
    """All paths in a value, with the path's kind: places in lists do not count."""
    if path:
        yield path, tuple("*" if isinstance(k, int) else k for k in path)
    if isinstance(value, dict):
        for key in value:
            yield from fields(value[key], path + (key,))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from fields(item, path + (i,))


def changed(record, path, word):
    record = copy.deepcopy(record)
    parent = record
    for key in path[:-1]:
        parent = parent[key]
    if word is ABSENT:
        del parent[path[-1]]
    elif callable(word):
        parent[path[-1]] = word(parent[path[-1]])
    else:
        parent[path[-1]] = word
    return record


def twice(value):
    return value + value if isinstance(value, (list, str)) else [value, value]


def longer(value):
    return value + value[-1:] if isinstance(value, list) and value else [value]


def shorter(value):
    return value[:-1] if isinstance(value, (list, str)) else None


def backward(value):
    if isinstance(value, list):
        return value[::-1]
    return -value if isinstance(value, (int, float)) else None


def larger(value):
    return value * 1000003 if isinstance(value, (int, float)) else [value]


def wrapped(value):
    return {"e": json.dumps(value)}


CHANGES = [ABSENT, twice, longer, shorter, backward, larger, wrapped] + WORDS


def whole(lines):
    """The same stream with an end that counts right, if it has one."""
    if lines and b'"rec":"end"' in lines[-1]:
        lines = lines[:-1] + [b'{"rec":"end","v":"1","records":%d}' % (len(lines) - 1)]
    return lines


def line_mutations(lines):
    """Records that are doubled, gone, in another place, cut; (text, lines)."""
    kinds = {}
    for i, line in enumerate(lines):
        kinds.setdefault(json.loads(line)["rec"], []).append(i)
    for kind, places in kinds.items():
        for i in {places[0], places[-1]}:
            yield f"{kind} {i} doubled", whole(lines[:i + 1] + lines[i:])
            yield f"{kind} {i} gone", whole(lines[:i] + lines[i + 1:])
            yield f"{kind} {i} gone, its end not", lines[:i] + lines[i + 1:]
            yield f"{kind} {i} first", whole([lines[i]] + lines[:i] + lines[i + 1:])
            yield f"{kind} {i} cut", lines[:i] + [lines[i][:len(lines[i]) // 2]]
            yield f"{kind} {i} cut, and more", lines[:i] + [lines[i][:len(lines[i]) // 2]] + lines[i + 1:]
            yield f"{kind} {i} alone", [lines[i]]
        yield f"{kind} all gone", whole([line for i, line in enumerate(lines) if i not in places])
        yield f"{kind} all last", whole([line for i, line in enumerate(lines[:-1]) if i not in places] +
                                        [lines[i] for i in places] + lines[-1:])
    yield "backward", whole(lines[:-1][::-1] + lines[-1:])
    yield "twice", lines + lines
    yield "end twice", lines + lines[-1:]
    yield "nothing", []


def field_mutations(lines, types):
    """One of each kind of path, of each record type."""
    seen = set()
    for i, line in enumerate(lines):
        record = json.loads(line)
        for path, kind in fields(record):
            if (record["rec"], kind) in seen or record["rec"] not in types:
                continue
            seen.add((record["rec"], kind))
            for change in CHANGES:
                yield i, record, path, change


def named(change):
    return "absent" if change is ABSENT else change.__name__ if callable(change) else json.dumps(change)[:30]


def limit():
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def no_constant(word):
    raise ValueError("bare " + word)


def fault(command, code, out, err):
    """What does not hold, or None."""
    tool = command.split()[0]
    if code < 0 or code not in (0, 1, 64, 65, 75):
        return f"exit {code}"
    lines = [line for line in err.splitlines() if line.strip()]
    errors = [line for line in lines if " warning: " not in line]
    if code == 0:
        if errors:
            return "exit 0 with an error"
        if "af-render" in command or "-T" in command or "--yaml" in command:
            return None if out.strip() else "nothing written"
        try:
            records = [json.loads(line, parse_constant=no_constant) for line in out.splitlines()]
        except ValueError as e:
            return f"no JSON: {e}"
        if not records or records[-1].get("rec") != "end" or records[-1]["records"] != len(records) - 1:
            return "no end"
        return None if "negative" in err else figures(tool, records)
    if not errors:
        return f"exit {code} without a message"
    if len(errors) > 21:                                # 20 mistakes of a stage, and how many more there are
        return f"exit {code} with {len(errors)} messages"
    if not all(line.startswith(tool + ": ") for line in errors):
        return f"exit {code} with a message that is not of {tool}"
    if '"rec":"end"' in out.rsplit("\n", 2)[-2:][0]:
        return f"exit {code} with an end"
    return None


WRITES = {"af-model": ("action", "leak", "latency", "memory", "spatial", "network", "reservation", "total"), "af-join": ("mapping",),
          "af-area": ("cost", "cost_total")}


def figures(tool, records):
    """What the tool itself wrote: no figure is nan, none is negative."""
    for record in records:
        if record["rec"] not in WRITES.get(tool, ()):
            continue
        for key, value in list(record.items()) + list(record.get("metrics", {}).items()):
            if key in ("id", "map", "method", "model", "source"):
                continue
            if value in ("nan", "-inf") or isinstance(value, (int, float)) and value < 0:
                return f"{record['rec']} {key} is {value}"
    return None


def run(command, lines):
    with tempfile.NamedTemporaryFile(prefix="mutated-") as file:
        file.write(b"\n".join(lines) + b"\n" if lines else b"")
        file.flush()
        more = ["--time-limit", "5"] if command.split()[0] in ("af-pmap", "af-join") else []
        try:
            done = subprocess.run(command.split() + more + [file.name], stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS,
                                  preexec_fn=limit)
        except subprocess.TimeoutExpired:
            return f"{SECONDS} s and no end", -1, ""
        err = done.stderr.decode(errors="replace").replace(file.name, "FILE")
        return fault(command, done.returncode, done.stdout.decode(errors="replace"), err), done.returncode, err


def main():
    seed, runs = int(sys.argv[1]), int(sys.argv[2])
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    keep, chance = os.environ.get("KEEP"), random.Random(seed)
    log = open(os.environ["LOG"], "w") if "LOG" in os.environ else None
    jobs = []
    for name, lines in streams():
        if not re.match(only, name):
            continue
        kind = name.rstrip("0123456789")
        own = {"einsum": ("workload", "einsum"), "cost": ("cost", "cost_total", "end"), "figure": None}.get(kind, (kind, "end"))
        types = own or {json.loads(line)["rec"] for line in lines} - {"spec", "workload"}
        for command in STREAMS[kind][1]:
            for text, mutated in line_mutations(lines):
                jobs.append((name, command, text, mutated, None))
            for i, record, path, change in field_mutations(lines, types):
                jobs.append((name, command, f"{record['rec']} {i}", lines, (i, record, path, change)))
    if runs:                                            # as many of each kind of stream
        kinds = collections.defaultdict(list)
        for job in jobs:
            kinds[job[0].rstrip("0123456789")].append(job)
        jobs = [job for kind in kinds.values() for job in chance.sample(kind, min(-(-runs // len(kinds)), len(kind)))]
    codes, faults = collections.Counter(), 0
    for name, command, text, lines, field in jobs:
        if field:
            i, record, path, change = field
            text = f"{text} {'.'.join(map(str, path))}: {named(change)}"
            lines = lines[:i] + [json.dumps(changed(record, path, change)).encode()] + lines[i + 1:]
        wrong, code, err = run(command, lines)
        codes[code] += 1
        if log:
            log.write(f"{name}\t{command}\t{text}\t{code}\t{wrong or ''}\t{err.strip()[:400]!r}\n")
        if wrong:
            faults += 1
            print(f"{name} | {command} | {text}: {wrong}; {err.strip()[:300]}", flush=True)
            if keep:
                with open(f"{keep}/{faults}", "wb") as file:
                    file.write(b"\n".join(lines) + b"\n")
    print(f"{sum(codes.values())} runs, exit codes {dict(sorted(codes.items()))}, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
