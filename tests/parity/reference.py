"""Maps the specs of standard input (JSON, one a line: arch, workload, metrics, mapper) with the reference, in double precision.
One answer a line: front (latency, energy, … and usage per memory), CPU seconds, or error."""
import json, os, sys, tempfile, time

import numpy
import accelforge.util._mathfuncs as mathfuncs
mathfuncs.NUMPY_FLOAT_TYPE = numpy.float64
import accelforge.mapper.FFM._pareto_df.df_convention as convention
if hasattr(convention, "NUMPY_FLOAT_TYPE"):
    convention.NUMPY_FLOAT_TYPE = numpy.float64
import accelforge
from accelforge.frontend.mapper.metrics import Metrics
from accelforge.frontend.spec import Spec
from accelforge.mapper.FFM.main import join_pmappings, make_pmappings

SEPARATOR = "<SEP>"


def metrics_of(text):
    chosen = Metrics(0)
    for name in text.split("|"):
        chosen |= Metrics[name]
    return chosen


def front(case, folder):
    paths = []
    for part in ("arch", "workload"):
        paths.append(os.path.join(folder, part + ".yaml"))
        with open(paths[-1], "w") as f:
            f.write(case[part])
    started = time.process_time()
    spec = Spec.from_yaml(*paths)
    spec.mapper.metrics = metrics_of(case["metrics"])
    for name, value in case["mapper"].items():
        setattr(spec.mapper, name, value)
    table = join_pmappings(make_pmappings(spec, print_progress=False), metrics=spec.mapper.metrics, print_progress=False).data
    rows = []
    for i in range(len(table)):
        row = {}
        for column in table.columns:
            parts = column.split(SEPARATOR)
            if parts[0] == "Total" and parts[1] != "mapping":
                row[parts[1]] = float(table[column].iloc[i])
            elif parts[0] == "reservation" and "RESOURCE_USAGE" in case["metrics"]:
                row["usage " + parts[1]] = float(table[column].iloc[i])
        rows.append(row)
    return rows, time.process_time() - started


def main(answers):
    if hasattr(accelforge, "set_n_parallel_jobs"):
        accelforge.set_n_parallel_jobs(1)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for line in sys.stdin:
            case = json.loads(line)
            try:
                rows, seconds = front(case, folder)
                answer = {"front": rows, "cpu": seconds}
            except (Exception, SystemExit) as e:
                answer = {"error": f"{type(e).__name__}: {e}"[:300]}
            print(json.dumps({"name": case["name"], **answer}), file=answers, flush=True)


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, sys.stderr         # the reference prints of its own; standard output is for the answers
    main(answers)
