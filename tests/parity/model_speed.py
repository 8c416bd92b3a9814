"""CPU time of one given mapping, ours and the reference's, paired.

    model_speed.py BIN PYTHON < cases        a line per case: its name and its YAML files, with tabs between
    model_speed.py FILE …                    what PYTHON runs, in a process of its own for each case: the reference's side

The reference's figure is the CPU time of evaluate_mapping alone, without loading the spec or the package. Ours is that of both processes of
af-parse | af-model from start to end (median of RUNS): reading the YAML, evaluating the spec, the model, writing all records."""
import json, os, statistics, subprocess, sys, time

RUNS = 15
DEVNULL = os.open(os.devnull, os.O_RDWR)


def reference(files):
    from accelforge.frontend.spec import Spec
    spec = Spec.from_yaml(*files)
    before = time.process_time()
    spec.evaluate_mapping()
    print(json.dumps(time.process_time() - before))


def reference_seconds(python, files):
    run = subprocess.run([python, os.path.abspath(__file__), *files], capture_output=True, text=True)
    lines = run.stdout.splitlines()
    return json.loads(lines[-1]) if run.returncode == 0 and lines else None


def spawned(command, stdin, stdout):
    """wait4 of a child later gives its CPU time; standard error is dropped."""
    streams = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1), (os.POSIX_SPAWN_DUP2, DEVNULL, 2)]
    return os.posix_spawn(command[0], command, os.environ, file_actions=streams)


def our_seconds(binaries, files):
    """(af-parse, af-model) of one run."""
    read, write = os.pipe()
    children = [spawned([f"{binaries}/af-parse", "-q", *files], DEVNULL, write),
                spawned([f"{binaries}/af-model", "-q"], read, DEVNULL)]
    os.close(read), os.close(write)
    seconds = []
    for child in children:
        _, status, usage = os.wait4(child, 0)
        if status:
            return None
        seconds.append(usage.ru_utime + usage.ru_stime)
    return tuple(seconds)


def main(binaries, python):
    print(f"{'mapping':28} {'evaluate_mapping':>18} {'af-parse':>10} {'af-model':>10} {'ratio':>8} {'of af-model alone':>18}")
    ratios, alone = [], []
    for line in sys.stdin:
        name, *files = line.rstrip("\n").split("\t")
        runs = [our_seconds(binaries, files) for _ in range(RUNS)]
        theirs = reference_seconds(python, files)
        if None in runs or theirs is None:
            print(f"{name:28} {'refused by ' + ('us' if None in runs else 'the reference'):>18}")
            continue
        parse, model = (statistics.median(times) for times in zip(*runs))
        ratios.append(theirs / (parse + model))
        alone.append(theirs / model)
        print(f"{name:28} {theirs * 1e3:15.1f} ms {parse * 1e3:7.2f} ms {model * 1e3:7.2f} ms {ratios[-1]:8.0f} {alone[-1]:18.0f}",
              flush=True)
    if ratios:
        print(f"{len(ratios)} mappings, ratio of CPU times: median {statistics.median(ratios):.0f}, least {min(ratios):.0f}; "
              f"of af-model alone: median {statistics.median(alone):.0f}, least {min(alone):.0f}")


if __name__ == "__main__":
    if sys.argv[1].endswith(".yaml"):
        reference(sys.argv[1:])
    else:
        main(*sys.argv[1:])
