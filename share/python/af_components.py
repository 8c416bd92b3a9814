"""What a file of component models needs of the package hwcomponents, for where that is not installed:
ComponentModel, action, ActionCost.

A component's figures are its own, times its scales, and those of its subcomponents. An action's cost is what it
returns, times the scales, and what actions of subcomponents cost while it ran: energies and latencies add up,
the least throughput counts."""
import functools
import inspect
import math
import sys
import types

QUANTITIES = ("area", "energy", "latency", "leak_power", "throughput")
OF_THE_PACKAGE = ("scale_tech_node", "assert_int", "assert_match", "resolve_multiple_ways_to_calculate_value",
                  "required_arguments", "logger")


class ActionCost:
    def __init__(self, energy, latency, throughput):
        self.energy, self.latency, self.throughput = energy, latency, throughput


def nominal_bits(model, width):
    """The bits of one whole action: a number, or the name of the attribute that has it."""
    bits = getattr(model, width, None) if isinstance(width, str) else width
    if bits is None:
        raise ValueError(f"{type(model).__name__} has no attribute {width}, which bits_per_action names")
    return bits


def action(function=None, bits_per_action=None):
    """Makes a method an action of the component. bits_per_action: callers may say how many bits they move, of
    so many."""
    if function is None:
        return lambda decorated: action(decorated, bits_per_action)

    @functools.wraps(function)
    def run(self, *arguments, **keywords):
        ratio = 1
        if bits_per_action is not None and "bits_per_action" in keywords:
            ratio = keywords.pop("bits_per_action") / nominal_bits(self, bits_per_action)
        inner, self._running = self._running, True
        if not inner:
            for part in self.subcomponents:
                part._used = ActionCost(0, 0, math.inf)
        try:
            cost = function(self, *arguments, **keywords)
        finally:
            self._running = inner
        if cost is None and self._parts_given:
            cost = ActionCost(0.0, 0.0, math.inf)
        if not isinstance(cost, ActionCost):
            raise ValueError(f"action {function.__name__} returned {cost!r}; an ActionCost is expected")
        return cost if inner else self._add_up(cost, ratio)
    run._is_component_action = True
    run._additional_kwargs = set() if bits_per_action is None else {"bits_per_action"}
    return run


class ComponentModel:
    component_name = None
    priority = 0.5

    def __init__(self, leak_power=None, area=None, subcomponents=None):
        if subcomponents is None and (leak_power is None or area is None):
            raise ValueError("a component has subcomponents, or both leak_power and area")
        self.subcomponents = subcomponents or []
        self._parts_given = subcomponents is not None
        self._own = {"area": area or 0, "leak_power": leak_power or 0}
        self._running, self._used = False, ActionCost(0, 0, math.inf)
        for quantity in QUANTITIES:
            setattr(self, quantity + "_scale", 1)

    def _total(self, quantity):
        own = self._own[quantity] * getattr(self, quantity + "_scale")
        return own + sum(part._total(quantity) for part in self.subcomponents)

    area = property(lambda self: self._total("area"))
    leak_power = property(lambda self: self._total("leak_power"))

    def _add_up(self, own, ratio):
        cost = ActionCost(own.energy * self.energy_scale, own.latency * self.latency_scale,
                          own.throughput * self.throughput_scale)
        for part in self.subcomponents:
            cost.energy += part._used.energy
            cost.latency += part._used.latency
            cost.throughput = min(cost.throughput, part._used.throughput)
        cost.energy *= ratio
        cost.throughput /= ratio
        used = self._used
        self._used = ActionCost(used.energy + cost.energy, used.latency + cost.latency,
                                min(used.throughput, cost.throughput))
        return cost

    def _scale(self, quantity, factor, include_subcomponents):
        setattr(self, quantity + "_scale", getattr(self, quantity + "_scale") * factor)
        for part in self.subcomponents if include_subcomponents else []:
            part._scale(quantity, factor, True)

    def scale(self, key, target, default, area_scale_function=None, energy_scale_function=None,
              latency_scale_function=None, leak_power_scale_function=None, throughput_scale_function=None,
              include_subcomponents=True):
        functions = (area_scale_function, energy_scale_function, latency_scale_function,
                     leak_power_scale_function, throughput_scale_function)
        for quantity, function in zip(QUANTITIES, functions):
            if function is not None and target != default:
                self._scale(quantity, function(target, default), include_subcomponents)
        return target

    def __getattr__(self, name):
        if name not in OF_THE_PACKAGE:
            raise AttributeError(f"{type(self).__name__} has no attribute {name}")
        absent(f"ComponentModel.{name}")

    @classmethod
    def get_action_names(cls):
        members = inspect.getmembers(cls)
        return sorted(name for name, member in members if getattr(member, "_is_component_action", False))


def scale_by(quantity):
    return lambda self, scale, include_subcomponents=True: self._scale(quantity, scale, include_subcomponents)


for _quantity in QUANTITIES:
    setattr(ComponentModel, "scale_" + _quantity, scale_by(_quantity))


def absent(name):
    if name.rpartition(".")[2].startswith("_"):
        raise AttributeError(name)            # Python's own questions
    raise ImportError(f"{name} is in the package hwcomponents, which is not installed for {sys.executable}; "
                      "what stands in for it has no such thing")


def stand_in():
    """From now on `import hwcomponents` gives these."""
    scaling = types.ModuleType("hwcomponents.scaling")
    scaling.__getattr__ = lambda name: absent(f"hwcomponents.scaling.{name}")
    scaling.linear = lambda target, default: target / default
    scaling.quadratic = lambda target, default: (target / default) ** 2
    scaling.reciprocal = lambda target, default: default / target
    scaling.noscale = lambda target, default: 1
    scaling.pow_base = lambda base: lambda target, default: base ** (target - default)
    module = types.ModuleType("hwcomponents")
    module.ComponentModel, module.action, module.ActionCost = ComponentModel, action, ActionCost
    module.scaling = scaling
    sys.modules.update({"hwcomponents": module, "hwcomponents.scaling": scaling})
