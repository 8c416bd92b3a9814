"""Random small specs: an architecture, a cascade of Einsums, mapper options. The same seed gives the same spec."""
import random

BITS = (4, 8, 16)
NAMES = ("Dram", "Shared", "Local", "Scratch")
METRICS = ("ENERGY", "LATENCY", "ENERGY|LATENCY", "ENERGY|LATENCY", "ENERGY_DELAY_PRODUCT", "DYNAMIC_ENERGY", "ENERGY|RESOURCE_USAGE",
           "ENERGY|LATENCY|RESOURCE_USAGE", "LEAK_ENERGY|LATENCY")


def number(rng, low, high):
    return round(rng.uniform(low, high), 3)


def spatial(rng):
    """One or two dimensions, sometimes with a constraint."""
    entries = []
    for dimension in ("X", "Y")[:rng.choice((1, 1, 2))]:
        entry = f"name: {dimension}, fanout: {rng.choice((2, 3, 4, 8))}"
        if rng.random() < 0.2:
            entry += ", may_reuse: " + rng.choice(("Nothing", "input", "output", "~output"))
        elif rng.random() < 0.2:
            entry += ", reuse: " + rng.choice(("input", "output"))
        if rng.random() < 0.1:
            entry += ", min_usage: 0.5"
        if rng.random() < 0.1:
            entry += ", power_gateable: true"
        entries.append("{" + entry + "}")
    return "[" + ", ".join(entries) + "]"


def memory(rng, level, levels):
    outermost = level == 0
    size = "inf" if outermost or rng.random() < 0.15 else rng.choice((96, 128, 256, 400, 512, 1024, 2048, 4096))
    cost = 50 / (level + 1) ** 2
    throughput = "inf" if rng.random() < 0.3 else rng.choice((2, 4, 8, 16, 64))
    if outermost:
        keep = rng.choice(("{keep: ~Intermediates, may_keep: All}", "{keep: ~Intermediates, may_keep: All}", "{keep: All}"))
    elif level == 1:
        keep = rng.choice(("{keep: ~Dram, may_keep: All}", "{keep: ~Dram, may_keep: All}", "{keep: All}"))
    else:
        keep = rng.choice(("{may_keep: All}", "{keep: output}", "{keep: input}", "{keep: Nothing, may_keep: input | output}"))
    lines = [f"  - !Memory", f"    name: {NAMES[level]}", f"    size: {size}", f"    leak_power: {rng.choice((0, 0, 0.002, 0.01))}", "    area: 1",
             f"    tensors: {keep}"]
    if not outermost and rng.random() < 0.4:
        lines.append(f"    spatial: {spatial(rng)}")
    if rng.random() < 0.1:
        lines.append("    total_latency: max(a.n_calls / a.throughput for a in actions)")
    if rng.random() < 0.15:
        lines.append(f"    bits_per_action: {rng.choice((4, 16, 32))}")
    lines += ["    actions:", f"    - {{name: read, energy: {number(rng, cost * 0.8, cost * 1.2)}, throughput: {throughput}}}",
              f"    - {{name: write, energy: {number(rng, cost * 0.8, cost * 1.2)}, throughput: {throughput}}}"]
    return lines


def architecture(rng):
    levels = rng.choice((2, 2, 2, 2, 3))
    lines = ["arch:", "  nodes:"]
    for level in range(levels):
        lines += memory(rng, level, levels)
        if level == 1 and rng.random() < 0.1:
            lines += ["  - !Toll", "    name: Bus", "    leak_power: 0", "    area: 0", "    direction: up_and_down", "    tensors: {keep: All}",
                      "    actions:", f"    - {{name: read, energy: {number(rng, 0.5, 2)}, throughput: {rng.choice((8, 'inf'))}}}"]
    lines += ["  - !Compute", "    name: Mac", f"    leak_power: {rng.choice((0, 0.0005))}", "    area: 0.25"]
    if rng.random() < 0.4:
        lines.append(f"    spatial: {spatial(rng)}")
    lines += ["    actions:", f"    - {{name: compute, energy: {number(rng, 0.5, 1.5)}, throughput: {rng.choice((1, 2, 4))}}}"]
    return "\n".join(lines) + "\n"


def workload(rng, bounds, einsums, kind):
    lines = ["workload:", "  iteration_space_shape:"]
    lines += [f"    {v}: 0 <= {v} < {b}" for v, b in bounds.items()]
    lines.append(f"  bits_per_value: {{All: {rng.choice(BITS)}}}")
    if rng.random() < 0.15:
        lines.append(f"  n_instances: {rng.choice((2, 3))}")
    if kind != "conv" and rng.random() < 0.08:
        lines.append("  persistent_tensors: weight")
    lines.append("  einsums:")
    for name, accesses in einsums:
        lines += [f"  - name: {name}", "    tensor_accesses:"]
        renames = {}
        for tensor, projection, role in accesses:
            output = ", output: True" if role == "output" else ""
            lines.append(f"    - {{name: {tensor}, projection: {projection}{output}}}")
            renames.setdefault(role, tensor)
        names = ", ".join(f"{role}: {renames.get(role, 'Nothing')}" for role in ("input", "weight", "output"))
        lines.append(f"    renames: {{{names}}}")
    return "\n".join(lines) + "\n"


def chain(rng):
    n = rng.choice((1, 1, 2, 2, 3))
    bounds = {"m": rng.choice((2, 3, 4, 6)), **{f"k{i}": rng.choice((1, 2, 2, 3, 4)) for i in range(n + 1)}}
    return bounds, [(f"Mm{i}", [(f"A{i}", f"[m, k{i}]", "input"), (f"B{i}", f"[k{i}, k{i+1}]", "weight"), (f"A{i+1}", f"[m, k{i+1}]", "output")])
                    for i in range(n)]


def matvec(rng):
    n = rng.choice((1, 2, 3))
    bounds = {f"k{i}": rng.choice((2, 3, 4, 6, 8)) for i in range(n + 1)}
    return bounds, [(f"Mv{i}", [(f"V{i}", f"[k{i}]", "input"), (f"W{i}", f"[k{i}, k{i+1}]", "weight"), (f"V{i+1}", f"[k{i+1}]", "output")])
                    for i in range(n)]


def conv(rng):
    stride = rng.choice((1, 1, 2))
    term = "p" if stride == 1 else f"{stride}*p"
    bounds = {"p": rng.choice((2, 4, 6)), "r": rng.choice((1, 2, 3)), "c": rng.choice((1, 2)), "k": rng.choice((1, 2))}
    einsums = [("Conv", [("I", f"{{H: {term} + r, C: c}}", "input"), ("F", "[c, k, r]", "weight"), ("O", "[p, k]", "output")])]
    if rng.random() < 0.5:
        bounds["n"] = 2
        einsums.append(("Point", [("O", "[p, k]", "input"), ("G", "[k, n]", "weight"), ("Q", "[p, n]", "output")]))
    return bounds, einsums


def diamond(rng):
    bounds = {"m": rng.choice((2, 4)), "k": rng.choice((1, 2)), "n": rng.choice((2, 3))}
    return bounds, [("Front", [("X", "[m, k]", "input"), ("W", "[k, n]", "weight"), ("Y", "[m, n]", "output")]),
                    ("Side", [("Y", "[m, n]", "input"), ("Z", "[m, n]", "output")]),
                    ("Back", [("Y", "[m, n]", "input"), ("Z", "[m, n]", "weight"), ("O", "[m, n]", "output")])]


def softmax(rng):
    bounds = {"q": rng.choice((2, 4)), "t": rng.choice((2, 3)), "e": rng.choice((1, 2)), "f": rng.choice((1, 2))}
    return bounds, [("Scores", [("Q", "[q, e]", "input"), ("K", "[t, e]", "weight"), ("S", "[q, t]", "output")]),
                    ("Sum", [("S", "[q, t]", "input"), ("D", "[q]", "output")]),
                    ("Divide", [("S", "[q, t]", "input"), ("D", "[q]", "weight"), ("P", "[q, t]", "output")]),
                    ("Values", [("P", "[q, t]", "input"), ("V", "[t, f]", "weight"), ("A", "[q, f]", "output")])]


KINDS = {"chain": chain, "matvec": matvec, "conv": conv, "diamond": diamond, "softmax": softmax}


def options(rng):
    chosen = {}
    for name, values, chance in (("max_fused_loops", (0, 1, 2), 0.3), ("max_fused_loops_per_rank_variable", (2,), 0.1),
                                 ("explore_imperfect_temporal_loops", (True,), 0.08), ("explore_imperfect_spatial_loops", (True,), 0.08),
                                 ("explore_loop_orders", (False,), 0.1), ("prioritize_reuse_of_unfused_tensors", (True,), 0.08),
                                 ("tiling_coarseness", (2,), 0.08)):
        if rng.random() < chance:
            chosen[name] = rng.choice(values)
    return chosen


def spec(seed):
    """One case: name, kind, arch and workload as YAML text, metrics, options of the mapper."""
    rng = random.Random(seed)
    kind = rng.choice(("chain", "chain", "chain", "matvec", "matvec", "conv", "conv", "diamond", "diamond", "softmax"))
    bounds, einsums = KINDS[kind](rng)
    return {"name": f"{kind}-{seed}", "kind": kind, "arch": architecture(rng), "workload": workload(rng, bounds, einsums, kind),
            "metrics": rng.choice(METRICS), "mapper": options(rng)}
