"""CPU time of one given mapping, ours and the reference's, like beside like.

    model_speed.py BIN PYTHON < cases        a line per case: its name and its YAML files, with tabs between
    model_speed.py FILE …                    what PYTHON runs, in a process of its own for each case: the reference's side

process   one mapping from files to figures, processes from start to end: the reference's Python with its imports, our af-parse | af-model
again     one more mapping of the same spec in a process that runs: evaluate_mapping of a loaded spec; a `mapping` record of our stream,
          read, evaluated and all its records written
Then, like beside unlike: the first evaluate_mapping alone, without process, imports and loading, beside our two whole processes, and what
two processes cost that do nothing."""
import json, os, statistics, subprocess, sys, tempfile, time

RUNS, AGAIN, MANY = 15, 3, 1000
DEVNULL = os.open(os.devnull, os.O_RDWR)


def reference(files):
    from accelforge.frontend.spec import Spec

    def once():
        spec = Spec.from_yaml(*files)
        before = time.process_time()
        spec.evaluate_mapping()
        return time.process_time() - before

    first = once()
    process = time.process_time()
    print(json.dumps({"process": process, "first": first, "again": min(once() for _ in range(AGAIN))}))


def reference_seconds(python, files):
    run = subprocess.run([python, os.path.abspath(__file__), *files], capture_output=True, text=True)
    lines = run.stdout.splitlines()
    return json.loads(lines[-1]) if run.returncode == 0 and lines else None


def spawned(command, stdin, stdout):
    """wait4 of a child later gives its CPU time; standard error is dropped."""
    streams = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1), (os.POSIX_SPAWN_DUP2, DEVNULL, 2)]
    return os.posix_spawn(command[0], command, os.environ, file_actions=streams)


def seconds_of(child):
    _, status, usage = os.wait4(child, 0)
    return None if status else usage.ru_utime + usage.ru_stime


def pipe_seconds(binaries, files):
    """af-parse | af-model, one run; None: refused."""
    read, write = os.pipe()
    children = [spawned([f"{binaries}/af-parse", "-q", *files], DEVNULL, write), spawned([f"{binaries}/af-model", "-q"], read, DEVNULL)]
    os.close(read), os.close(write)
    seconds = [seconds_of(child) for child in children]
    return None if None in seconds else sum(seconds)


def again_seconds(binaries, files):
    """Of one mapping among MANY in a stream."""
    lines = subprocess.run([f"{binaries}/af-parse", "-q", *files], capture_output=True, text=True).stdout.splitlines()
    spec = next(line for line in lines if line.startswith('{"rec":"spec"'))
    tree = {"!": "Mapping", **json.loads(spec)["mapping"]}
    times = []
    for count in (0, MANY):
        with tempfile.TemporaryFile("w") as stream:
            print(spec, *(json.dumps({"rec": "mapping", "v": "1", "id": i + 1, "tree": tree}) for i in range(count)), sep="\n", file=stream, flush=True)
            runs = []
            for _ in range(AGAIN):
                os.lseek(stream.fileno(), 0, os.SEEK_SET)
                runs.append(seconds_of(spawned([f"{binaries}/af-model", "-q", "--open"], stream.fileno(), DEVNULL)))
        times.append(None if None in runs else statistics.median(runs))
    return None if None in times else (times[1] - times[0]) / MANY


def idle_seconds():
    return statistics.median(seconds_of(spawned(["/bin/true"], DEVNULL, DEVNULL)) for _ in range(RUNS))


def main(binaries, python):
    print(f"{'mapping':20} {'process: reference':>18} {'ours':>9} {'ratio':>6} {'again: reference':>17} {'ours':>9} {'ratio':>6} {'first call':>11}")
    rows = []
    for line in sys.stdin:
        name, *files = line.rstrip("\n").split("\t")
        runs = [pipe_seconds(binaries, files) for _ in range(RUNS)]
        again = again_seconds(binaries, files) if None not in runs else None
        theirs = reference_seconds(python, files)
        if again is None or theirs is None:
            print(f"{name:20} {'refused by ' + ('us' if again is None else 'the reference'):>18}")
            continue
        process = statistics.median(runs)
        rows.append((theirs["process"] / process, theirs["again"] / again, theirs["first"] / process))
        print(f"{name:20} {theirs['process'] * 1e3:15.0f} ms {process * 1e3:6.2f} ms {rows[-1][0]:6.0f} {theirs['again'] * 1e3:14.1f} ms "
              f"{again * 1e3:6.3f} ms {rows[-1][1]:6.0f} {theirs['first'] * 1e3:8.1f} ms", flush=True)
    for label, ratios in zip(("process beside process", "again beside again", "first call beside our two processes"), zip(*rows)):
        print(f"{label}: {len(ratios)} mappings, ratio of CPU times: median {statistics.median(ratios):.0f}, least {min(ratios):.0f}")
    print(f"two processes that do nothing (/bin/true): {2e3 * idle_seconds():.2f} ms")


if __name__ == "__main__":
    if sys.argv[1].endswith(".yaml"):
        reference(sys.argv[1:])
    else:
        main(*sys.argv[1:])
