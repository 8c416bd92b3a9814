"""Runs the functions of Python files for expressions of specs (config.expression_custom_functions).

    -> {"op":"load","file":"a.py"}                  <- {"names":{"twice":VALUE,…}}
    -> {"op":"forget"}                              <- {"value":null}     the next spec begins
    -> {"op":"call","function":VALUE,"arguments":[VALUE…],"keywords":{"k":VALUE}}   <- {"value":VALUE}
    either, when it goes wrong                      <- {"error":"ValueError","message":"…","where":"a.py:7"}

While a call is on its way, we may ask back about what we were lent, and read {"value":VALUE} or {"error":…}:
    <- {"op":"call","function":VALUE,"arguments":[VALUE…],"keywords":{}}
    <- {"op":"attribute","of":VALUE,"name":"size"}
    <- {"op":"item","of":VALUE,"key":VALUE}
    <- {"op":"names","of":VALUE}

A VALUE is JSON's null, bool, text, number (4 is an int, 4.0 a float) or array (a list), or an object with one
of: "real" ("inf", "-inf", "nan"), "tuple", "dict" (pairs), "set", "range" (start, stop, step), "lent" (a
function or an object of the other side, by number; with "class", and "function" if it can be called), "kept"
(one of ours)."""
import numbers
import os
import sys
import types

from af_channel import Channel, fault, load


class Node:
    """Something with fields of the spec: the spec itself, an architecture node, a workload, …"""

    def __init__(self, number, kind):
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_kind", kind)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return bridge.ask("attribute", AttributeError, of=bridge.encode(self), name=name)

    def __getitem__(self, key):
        return bridge.ask("item", KeyError, of=bridge.encode(self), key=bridge.encode(key))

    def __contains__(self, name):
        return name in self.keys()

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return len(self.keys())

    def __eq__(self, other):
        return isinstance(other, Node) and other._number == self._number

    def __hash__(self):
        return self._number

    def __repr__(self):
        return f"<{self._kind}>"

    def keys(self):
        return bridge.ask("names", AttributeError, of=bridge.encode(self))

    def values(self):
        return [self[name] for name in self.keys()]

    def items(self):
        return [(name, self[name]) for name in self.keys()]

    def get(self, name, default=None):
        return self[name] if name in self else default

    def iterate(self):
        """All nodes below, depth first, without this one."""
        for node in self.nodes if "nodes" in self else []:
            yield node
            yield from node.iterate()

    def get_nodes_of_type(self, kind):
        return [node for node in self.iterate() if isinstance(node, kind)]

    def find(self, name):
        for node in self.iterate():
            if node.get("name") == name:
                return node
        raise ValueError(f"no node is called {name}")


def node_classes():
    """Classes of nodes by name, as accelforge has them, for isinstance()."""
    below = {"Node": ["Leaf", "Branch"], "Leaf": ["Component", "Container"],
             "Component": ["TensorHolder", "Compute", "Network"], "TensorHolder": ["Memory", "Toll"],
             "Branch": ["Hierarchical", "Fork", "Array"]}
    classes = {"Node": Node}
    for base, names in below.items():
        for name in names:
            classes[name] = type(name, (classes[base],), {})
    return classes


class Named(list):
    """A list whose elements with a name can be had by it."""

    def __getitem__(self, key):
        if not isinstance(key, str):
            return super().__getitem__(key)
        for item in self:
            if isinstance(item, Node) and item.get("name") == key:
                return item
        raise KeyError(f'No element with name "{key}" found.')


def encode_number(value):
    if isinstance(value, numbers.Integral):
        return int(value)
    value = float(value)
    finite = value - value == 0
    return value if finite else {"real": "nan" if value != value else "inf" if value > 0 else "-inf"}


def encode_text(text):
    text.encode()                             # half a pair of surrogates is no text
    if "\0" in text:
        raise ValueError("a text with a character of value zero cannot be handed back")
    return str(text)


def in_order(items):
    """Of a set: Python's own order differs from run to run."""
    try:
        return sorted(items)
    except TypeError:
        return sorted(items, key=repr)


class Bridge:
    def __init__(self, channel):
        self.channel = channel
        self.kept, self.numbers = [], {}      # what we have lent to the other side
        self.classes = node_classes()
        self.files, self.modules = [], {}     # modules: of those files that could be loaded

    def keep(self, value):
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = len(self.kept)
            self.kept.append(value)
        return number

    def encode(self, value):
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return encode_text(value)
        if type(value).__name__ == "bool_":   # numpy's
            return bool(value)
        if isinstance(value, numbers.Real) or type(value).__name__ == "Decimal":
            return encode_number(value)
        if isinstance(value, list):
            return [self.encode(v) for v in value]
        if type(value) is tuple:
            return {"tuple": [self.encode(v) for v in value]}
        if isinstance(value, dict):
            return {"dict": [[self.encode(k), self.encode(v)] for k, v in value.items()]}
        if isinstance(value, (set, frozenset)):
            return {"set": [self.encode(v) for v in in_order(value)]}
        if isinstance(value, range):
            if not all(-2**63 <= x < 2**63 for x in (value.start, value.stop, value.step)):
                raise OverflowError("a range past 64 bits cannot be handed back")
            return {"range": [value.start, value.stop, value.step]}
        if isinstance(value, Node):
            return {"lent": value._number}
        if hasattr(value, "af_lent"):
            return {"lent": value.af_lent}
        if hasattr(value, "__next__"):
            return [self.encode(v) for v in value]
        message = {"kept": self.keep(value), "class": type(value).__name__}
        if callable(value):
            message["function"] = getattr(value, "__name__", type(value).__name__)
        if hasattr(value, "__len__"):
            message["sized"] = True
        return message

    def decode(self, value):
        if isinstance(value, list):
            items = [self.decode(v) for v in value]
            return Named(items) if items and isinstance(items[0], Node) else items
        if not isinstance(value, dict):
            return value
        (kind, content), *more = value.items()
        if kind == "real":
            return float(content)
        if kind == "kept":
            return self.kept[content]
        if kind == "dict":
            return {self.decode(k): self.decode(v) for k, v in content}
        if kind == "range":
            return range(*content)
        if kind == "lent":
            return self.lent(content, dict(more))
        return {"tuple": tuple, "set": set}[kind](self.decode(v) for v in content)

    def lent(self, number, what):
        if "function" not in what:
            kind = what["class"]
            if kind not in self.classes:
                self.classes[kind] = type(kind, (Node,), {})
            return self.classes[kind](number, kind)

        def function(*arguments, **keywords):
            call = self.encode_call(arguments, keywords)
            return self.ask("call", RuntimeError, function={"lent": number}, **call)
        function.__name__ = what["function"]
        function.af_lent = number
        return function

    def encode_call(self, arguments, keywords):
        return {"arguments": [self.encode(a) for a in arguments],
                "keywords": {k: self.encode(v) for k, v in keywords.items()}}

    def ask(self, op, wrong, **question):
        """Back to the other side, in the middle of a call."""
        self.channel.write({"op": op, **question})
        answer = self.channel.read()
        while answer and "op" in answer:      # what we asked for has called one of our functions
            self.channel.write(self.answer(answer))
            answer = self.channel.read()
        if answer is None:
            sys.exit()
        if "error" in answer:
            raise wrong(answer["error"])
        return self.decode(answer["value"])

    def load(self, path):
        """All of a file that can be called, imported functions and classes too."""
        if path not in self.modules:
            self.files.append(path)
            self.modules[path] = load(path)
        members = vars(self.modules[path]).items()
        return {"names": {n: self.encode(m) for n, m in members if callable(m) and not n.startswith("__")}}

    def call(self, message):
        builtins = {"getattr": getattr, "len": len, "getitem": lambda of, key: of[key]}
        name = message["function"]
        function = builtins[name] if isinstance(name, str) else self.decode(name)
        arguments = [self.decode(a) for a in message["arguments"]]
        keywords = {k: self.decode(v) for k, v in message["keywords"].items()}
        return {"value": self.encode(function(*arguments, **keywords))}

    def forget(self):
        self.kept, self.numbers = [], {}
        return {"value": None}

    def answer(self, message):
        try:
            if message["op"] == "call":
                return self.call(message)
            return self.load(message["file"]) if message["op"] == "load" else self.forget()
        except BaseException as error:        # exit() in a function too is only a failed call
            return fault(error, self.files)


def stand_in(bridge):
    """`import accelforge` of function files: its classes are asked for in annotations and isinstance()."""
    module, arch = types.ModuleType("accelforge"), types.ModuleType("accelforge.arch")
    for name, kind in bridge.classes.items():
        setattr(arch, name, kind)
    bridge.classes["Spec"] = module.Spec = type("Spec", (Node,), {})
    module.arch = arch
    for name in ("accelforge", "accelforge.frontend"):
        sys.modules.update({name: module, name + ".arch": arch})


bridge = None


def main():
    global bridge
    bridge = Bridge(Channel())
    stand_in(bridge)
    while (message := bridge.channel.read()) is not None:
        bridge.channel.write(bridge.answer(message))


if __name__ == "__main__":
    main()
