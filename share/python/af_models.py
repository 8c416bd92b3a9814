"""Offers component models that are Python classes as a plug-in (the protocol: lib/cost/plug_in.h).

    af_models.py [--installed] [FILE.py | MODULE]…

Every public class that derives from hwcomponents' ComponentModel is a model; --installed: those of all
installed packages hwcomponents_*."""
import importlib
import inspect
import json
import math
import pkgutil
import sys

from af_channel import Channel, fault, load

try:
    import hwcomponents
except ImportError:
    import af_components
    af_components.stand_in()
    import hwcomponents


def models_in(module):
    """Concrete public classes of models, by name."""
    base = hwcomponents.ComponentModel
    classes = [m for name, m in sorted(vars(module).items()) if inspect.isclass(m) and not name.startswith("_")]
    return [m for m in classes if issubclass(m, base) and m is not base and not inspect.isabstract(m)]


def parameters(function, more=()):
    """What a function takes by name, itself not counted."""
    known = [p for p in list(inspect.signature(function).parameters.values())[1:]
             if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return {"required": [p.name for p in known if p.default is p.empty],
            "optional": [p.name for p in known if p.default is not p.empty] + list(more)}


def description(model):
    names = model.component_name or model.__name__
    actions = {}
    for name in model.get_action_names():
        run = getattr(model, name)
        actions[name] = parameters(run, sorted(getattr(run, "_additional_kwargs", ())))
    return {"model": model.__name__, "names": [names] if isinstance(names, str) else list(names),
            "priority": float(model.priority), **parameters(model.__init__), "actions": actions}


def plain(value):
    """An attribute as Python has it: numbers that JSON cannot say came as words, sets as objects."""
    if isinstance(value, str) and value in ("inf", "-inf", "nan"):
        return float(value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return sorted(value["s"]) if set(value) == {"s", "u"} else {key: plain(v) for key, v in value.items()}
    return value


def number(value):
    value = float(value)
    return value if math.isfinite(value) else str(value)


class Models:
    def __init__(self, arguments):
        self.arguments, self.files = arguments, [a for a in arguments if a.endswith(".py")]
        self.models, self.made = {}, {}

    def add(self, module, where):
        found = models_in(module)
        if not found:
            raise ValueError(f"No models found in {where}: no public class in it derives from ComponentModel")
        for model in found:
            self.models.setdefault(model.__name__, model)

    def add_installed(self):
        packages = sorted(p.name for p in pkgutil.iter_modules() if p.name.startswith("hwcomponents_"))
        if not packages:
            raise ModuleNotFoundError(f"{sys.executable} has no package hwcomponents_*")
        for package in packages:
            self.add(importlib.import_module(package), package)

    def describe(self):
        for argument in self.arguments:
            if argument == "--installed":
                self.add_installed()
            else:
                module = load(argument) if argument.endswith(".py") else importlib.import_module(argument)
                self.add(module, argument)
        return {"models": [description(model) for model in self.models.values()]}

    def component(self, name, attributes):
        key = name + json.dumps(attributes, sort_keys=True)
        if key not in self.made:
            self.made[key] = self.models[name](**plain(attributes))
        return self.made[key]

    def cost(self, request):
        component = self.component(request["model"], request["attributes"])
        actions = {}
        for action in request["actions"]:
            cost = getattr(component, action["name"])(**plain(action["arguments"]))
            actions[action["name"]] = {"energy": number(cost.energy), "latency": number(cost.latency),
                                       "throughput": number(cost.throughput)}
        return {"ok": True, "area": number(component.area), "leak_power": number(component.leak_power),
                "actions": actions}

    def answer(self, request):
        try:
            return self.describe() if request["op"] == "describe" else self.cost(request)
        except BaseException as error:        # exit() in a model too is only a refusal
            told = fault(error, self.files)
            where = f" ({told['where']})" if told["where"] else ""
            return {"ok": False, "error": f"{told['error']}: {told['message']}{where}"}


def main():
    channel, models = Channel(), Models(sys.argv[1:])
    while (request := channel.read()) is not None:
        channel.write({"v": 1, "id": request.get("id", 0), **models.answer(request)})


if __name__ == "__main__":
    main()
