"""CPU time and memory of the mapper beside the reference's: the cases of the reference's own regression table, one core each, same input.

    mapper_speed.py BIN PYTHON REFERENCE [REGEX]     cases whose names match; REFERENCE has examples/ and tests/regression_reference.json
    mapper_speed.py CASE                             what PYTHON runs, in a process of its own for each case: the reference's side

mapping   its loading and map_workload_to_arch, without its process and imports; beside our whole pipe, processes and all
process   its whole process beside our whole pipe: what a user waits for who starts either
memory    its peak beside the sum of our three peaks

Ours is the median of runs before and after the reference's one."""
import ctypes, json, os, re, statistics, sys, tempfile, time

RUNS = 10                                            # before, and again after
DEVNULL = os.open(os.devnull, os.O_RDWR)


# ---- the reference's side

def reference(case):
    import accelforge
    from accelforge.frontend.mapper.metrics import Metrics
    from accelforge.frontend.spec import Spec

    accelforge.set_n_parallel_jobs(1)
    before = time.process_time()
    spec = Spec.from_yaml(*case["files"], jinja_parse_data=case["jinja"])
    spec.mapper.metrics = Metrics[case["metrics"]]
    spec.mapper.max_fused_loops = 1
    if case["unfused"]:
        next(n for n in spec.arch.nodes if isinstance(n, accelforge.arch.Memory)).tensors.keep = "All"
    spec.map_workload_to_arch(print_progress=False)
    return time.process_time() - before


# ---- ours

# A shell starts the stage and leaves at once, so that it becomes a child of this process, a "child subreaper": started from here its peak
# would have the pages of this Python from before exec.
LAUNCH = ["/bin/sh", "-c", 'exec 3<&0; "$@" <&3 3<&- &', "sh"]
PR_SET_CHILD_SUBREAPER = 36


def launched(command, stdin, stdout):
    streams = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1), (os.POSIX_SPAWN_DUP2, DEVNULL, 2)]
    return os.posix_spawn(LAUNCH[0], LAUNCH + command, os.environ, file_actions=streams)


def run_pipe(commands):
    """CPU seconds and peak bytes of all stages together."""
    shells, stdin = [], DEVNULL
    for i, command in enumerate(commands):
        read, write = os.pipe() if i + 1 < len(commands) else (None, DEVNULL)
        shells.append(launched(command, stdin, write))
        for end in {stdin, write} - {DEVNULL}:
            os.close(end)
        stdin = read
    seconds = size = 0
    for _ in range(2 * len(commands)):
        child, status, usage = os.wait4(-1, 0)
        if status:
            raise SystemExit(f"mapper_speed.py: {' '.join(commands[0])} | …: exit status {os.waitstatus_to_exitcode(status)}")
        if child not in shells:
            seconds += usage.ru_utime + usage.ru_stime
            size += usage.ru_maxrss * 1024
    return seconds, size


def pipe_of(binaries, case):
    parse = [f"{binaries}/af-parse", "-q", *case["files"], "-S", f"mapper.metrics={case['metrics']}", "-S", "mapper.max_fused_loops=1"]
    for key, value in case["jinja"].items():
        parse += ["-D", f"{key}={json.dumps(value)}"]
    if case["unfused"]:
        parse += ["-S", f"arch.nodes.{case['first_memory']}.tensors.keep=All"]
    return [parse, [f"{binaries}/af-pmap", "-q", "-j1"], [f"{binaries}/af-join", "-q", "-j1"]]


# ---- the table

def value_of(text):
    return {"True": True, "False": False}.get(text, int(text) if text.isdigit() else text)


def case_of(name, root):
    """ARCH|WORKLOAD|K=V,…|fused or unfused"""
    arch, workload, data, fusion = name.split("|")
    paths = {file: os.path.join(folder, file) for folder, _, files in os.walk(f"{root}/examples/workloads") for file in files}
    file = os.path.abspath(f"{root}/examples/arches/{arch}.yaml")
    with open(file) as f:
        first_memory = re.search(r"!Memory\b.*?\bname:\s*([\w.]+)", f.read(), re.S).group(1)
    return {"files": [file, os.path.abspath(paths[workload + ".yaml"])], "first_memory": first_memory,
            "jinja": {k: value_of(v) for k, v in (item.split("=") for item in data.split(",") if item)},
            "metrics": "ENERGY" if arch == "snowcat" else "ENERGY_DELAY_PRODUCT", "unfused": fusion == "unfused"}


def reference_figures(python, case):
    """Seconds of the mapping and of the process, bytes; None: it failed."""
    with tempfile.TemporaryFile("w+") as out:
        child = os.posix_spawn(python, [python, os.path.abspath(__file__), json.dumps(case)], os.environ,
                               file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, DEVNULL, 2)])
        _, status, usage = os.wait4(child, 0)
        out.seek(0)
        lines = out.read().splitlines()
    return None if status else (float(lines[-1]), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def summarise(label, ratios):
    if ratios:
        print(f"{label}: {len(ratios)} cases, median {statistics.median(ratios):.0f}, least {min(ratios):.0f}")


def main(binaries, python, root, pattern=""):
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with open(f"{root}/tests/regression_reference.json") as f:
        names = [name for name in json.load(f) if re.search(pattern, name)]
    print(f"{'mapping':>9} {'process':>9} {'ours':>9}   {'ratios':>13} {'MiB':>6} {'ours':>6} {'ratio':>5}")
    rows = []
    for name in names:
        case = case_of(name, root)
        pipe = pipe_of(binaries, case)
        runs = [run_pipe(pipe) for _ in range(RUNS)]
        theirs = reference_figures(python, case)
        runs += [run_pipe(pipe) for _ in range(RUNS)]
        seconds, size = (statistics.median(column) for column in zip(*runs))
        if theirs is None:
            print(f"{'failed':>19} {seconds * 1e3:6.1f} ms   {name}", flush=True)
            continue
        rows.append((theirs[0], theirs[0] / seconds, theirs[1] / seconds, theirs[2] / size))
        print(f"{theirs[0]:7.1f} s {theirs[1]:7.1f} s {seconds * 1e3:6.1f} ms   {rows[-1][1]:6.0f} {rows[-1][2]:6.0f} {theirs[2] / 2**20:6.0f} "
              f"{size / 2**20:6.1f} {rows[-1][3]:5.0f}   {name}", flush=True)
    summarise("reference's mapping takes over 30 s, mapping", [r[1] for r in rows if r[0] > 30])
    summarise("reference's mapping takes over 30 s, process", [r[2] for r in rows if r[0] > 30])
    summarise("all, mapping", [r[1] for r in rows])
    summarise("all, process", [r[2] for r in rows])
    summarise("all, memory", [r[3] for r in rows])


if __name__ == "__main__":
    if len(sys.argv) == 2:
        with tempfile.TemporaryDirectory() as folder:    # the reference leaves pictures where it runs
            os.chdir(folder)
            print(f"\n{reference(json.loads(sys.argv[1]))}")
            os.chdir("/")
    else:
        main(*sys.argv[1:])
