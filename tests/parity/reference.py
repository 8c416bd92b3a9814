"""Maps the specs of standard input (JSON, one a line: arch, workload, metrics, mapper, mappings) with the reference, in double precision.
One answer a line: front (rows of latency, energy, … and usage per memory) and CPU seconds, or error; `again`: the front's mappings
evaluated by the reference's own model; `ours`: the mappings of the request (YAML), evaluated alike. A row that it refuses is its message."""
import copy, json, os, signal, sys, tempfile, time

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
from accelforge.model.main import evaluate_mapping

SEPARATOR = "<SEP>"


def metrics_of(text):
    chosen = Metrics(0)
    for name in text.split("|"):
        chosen |= Metrics[name]
    return chosen


def rows_of(table, with_usage):
    rows = []
    for i in range(len(table)):
        row = {}
        for column in table.columns:
            parts = column.split(SEPARATOR)
            if parts[0] == "Total" and parts[1] != "mapping":
                row[parts[1]] = float(table[column].iloc[i])
            elif parts[0] == "reservation" and with_usage:
                row["usage " + parts[1]] = float(table[column].iloc[i])
        rows.append(row)
    return rows


def tried(evaluate):
    try:
        return evaluate()
    except Exception as e:
        return f"{type(e).__name__}: {e}"[:200]


def evaluated_again(spec, mappings, i, with_usage):
    local = copy.deepcopy(spec)
    local.model.metrics = local.mapper.info_metrics
    local.mapping = mappings.data.iloc[i]["Total" + SEPARATOR + "mapping"](_for_model=True)
    result = evaluate_mapping(local, flattened_arches=mappings.flattened_arches, evaluated_specs=mappings.evaluated_specs)
    return rows_of(result.data, with_usage)[0]


def answer_of(case, folder):
    paths = []
    for part in ("arch", "workload"):
        paths.append(os.path.join(folder, part + ".yaml"))
        with open(paths[-1], "w") as f:
            f.write(case[part])
    with_usage = "RESOURCE_USAGE" in case["metrics"]

    def ours(text):
        with open(os.path.join(folder, "mapping.yaml"), "w") as f:
            f.write(text)
        return rows_of(Spec.from_yaml(*paths, os.path.join(folder, "mapping.yaml")).evaluate_mapping().data, with_usage)[0]

    answer = {"ours": [tried(lambda: ours(text)) for text in case["mappings"]]}
    started = time.process_time()
    try:
        spec = Spec.from_yaml(*paths)
        spec.mapper.metrics = metrics_of(case["metrics"])
        for name, value in case["mapper"].items():
            setattr(spec.mapper, name, value)
        mappings = join_pmappings(make_pmappings(spec, print_progress=False), metrics=spec.mapper.metrics, print_progress=False)
    except (Exception, SystemExit) as e:
        return {**answer, "error": LIMIT if stopped_by_limit(e) else f"{type(e).__name__}: {e}"[:300]}
    answer.update(front=rows_of(mappings.data, with_usage), cpu=time.process_time() - started)
    answer["again"] = [tried(lambda: evaluated_again(spec, mappings, i, with_usage)) for i in range(len(mappings.data))]
    return answer


LIMIT = "takes longer than the limit"


def out_of_time(*_):
    raise TimeoutError(LIMIT)


def stopped_by_limit(e):
    """The reference wraps what happens in its jobs."""
    while e is not None:
        if isinstance(e, TimeoutError):
            return True
        e = e.__cause__ or e.__context__
    return False


def main(answers, limit):
    if hasattr(accelforge, "set_n_parallel_jobs"):
        accelforge.set_n_parallel_jobs(1)
    signal.signal(signal.SIGPROF, out_of_time)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for line in sys.stdin:
            case = json.loads(line)
            signal.setitimer(signal.ITIMER_PROF, limit)              # CPU seconds
            answer = tried(lambda: answer_of(case, folder))
            signal.setitimer(signal.ITIMER_PROF, 0)
            if isinstance(answer, str):
                answer = {"error": answer}
            print(json.dumps({"name": case["name"], **answer}), file=answers, flush=True)


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, sys.stderr         # the reference prints of its own; standard output is for the answers
    main(answers, int(sys.argv[1]) if len(sys.argv) > 1 else 600)
