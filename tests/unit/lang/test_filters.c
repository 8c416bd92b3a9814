/* Filters, tests, global functions and block statements of templates; what is wanted is what Jinja 3.1
 * gives, or the message that refuses. */
#include "templates.h"

/* lists and maps */
static const row lists[] = {
    {"{{ l|batch(2)|list }} {{ l|batch(2, 'x')|list }} {{ []|batch(2)|list }} {{ l|batch(true)|list }} "
     "{{ l|batch(3, 0)|list }} {{ l|batch(2, none)|list }}",
     "[[1, 2], [3]] [[1, 2], [3, 'x']] [] [[1], [2], [3]] [[1, 2, 3]] [[1, 2], [3]]"},
    {"{{ l|batch }}", "!f.yaml:1: batch missing required argument: 'linecount'"},
    {"{{ l|batch(0) }}", "!f.yaml:1: batch: linecount is 1 or more"},
    {"{{ l|batch(2.5) }}", "!f.yaml:1: batch: linecount is a whole number, not 'float'"},
    {"{{ 5|batch(2) }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ l|batch(99999999, 1) }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{{ l|slice(2)|list }} {{ l|slice(2, 'x')|list }} {{ l|slice(5)|list }} {{ l|slice(5,0)|list }} {{ "
     "[]|slice(2)|list }} {{ l|slice(2, none)|list }} {{ l|slice(3, 0)|list }}",
     "[[1, 2], [3]] [[1, 2], [3, 'x']] [[1], [2], [3], [], []] [[1], [2], [3], [0], [0]] [[], []] [[1, "
     "2], [3]] [[1, 0], [2, 0], [3, 0]]"},
    {"{{ l|slice(0) }}", "!f.yaml:1: slice: slices is 1 or more"},
    {"{{ l|slice }}", "!f.yaml:1: slice missing required argument: 'slices'"},
    {"{{ 5|slice(2) }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ l|slice(9999999) }}", "!f.yaml:1: the expression takes too many steps"},
    {"{{ l|slice(99999999999) }}", "!f.yaml:1: the result is too large"},
    {"{{ d|dictsort }} {{ {'b':1,'A':2}|dictsort }} {{ {'b':1,'A':2}|dictsort(true) }} {{ "
     "{'b':1,'A':2}|dictsort(by='value', reverse=true) }}",
     "[('a', 1.5), ('b', 'x')] [('A', 2), ('b', 1)] [('A', 2), ('b', 1)] [('A', 2), ('b', 1)]"},
    {"{{ d|dictsort(by='x') }}", "!f.yaml:1: You can only sort by either \"key\" or \"value\""},
    {"{{ d|dictsort(by=5) }}", "!f.yaml:1: You can only sort by either \"key\" or \"value\""},
    {"{{ d|dictsort(1, 2, 3, 4) }}",
     "!f.yaml:1: dictsort takes 4 positional arguments but 5 were given"},
    {"{{ l|dictsort }}", "!f.yaml:1: dictsort takes a map, not 'list'"},
    {"{{ {1: 2, 'a': 3}|dictsort }}",
     "!f.yaml:1: '<' not supported between instances of 'str' and 'int'"},
    {"{{ d|items|list }} {{ q|items|list }}", "[('a', 1.5), ('b', 'x')] []"},
    {"{{ l|items }}", "!f.yaml:1: Can only get item pairs from a mapping."},
    {"{{ [{'a':1,'b':2},{'a':2,'b':3},{'a':1,'b':4}]|groupby('a')|list }} {{ []|groupby('a') }}",
     "[(1, [{'a': 1, 'b': 2}, {'a': 1, 'b': 4}]), (2, [{'a': 2, 'b': 3}])] []"},
    {"{% for g in [{'a':'x','b':2},{'a':'Y','b':3},{'a':'X','b':4}]|groupby('a') %}{{ g.grouper }}:{{ "
     "g.list }};{{ g[0] }}{{ g[-1]|length }}{{ g|length }} {% endfor %}",
     "x:[{'a': 'x', 'b': 2}, {'a': 'X', 'b': 4}];x22 Y:[{'a': 'Y', 'b': 3}];Y12 "},
    {"{% for k, v in [{'a':'x'},{'a':'Y'},{}]|groupby('a', default='y') %}{{ k }}:{{ v }};{% endfor %}",
     "x:[{'a': 'x'}];Y:[{'a': 'Y'}, {}];"},
    {"{% for k, v in [{'a':'x'},{'a':'Y'},{'a':'X'}]|groupby('a', case_sensitive=true) %}{{ k }}:{{ v "
     "}};{% endfor %}",
     "X:[{'a': 'X'}];Y:[{'a': 'Y'}];x:[{'a': 'x'}];"},
    {"{% for k, v in [{'a':{'b':1}},{'a':{'b':0}}]|groupby('a.b') %}{{ k }}:{{ v }};{% endfor %}",
     "0:[{'a': {'b': 0}}];1:[{'a': {'b': 1}}];"},
    {"{% for k, v in [[1,2],[0,3]]|groupby(0) %}{{ k }}:{{ v }};{% endfor %}{% for k, v in "
     "[[1,2],[0,3]]|groupby('0') %}{{ k }}:{{ v }};{% endfor %}",
     "0:[[0, 3]];1:[[1, 2]];0:[[0, 3]];1:[[1, 2]];"},
    {"{% set g = ([{'a':1}]|groupby('a')|list)[0] %}{{ g[2] is defined }} {{ g[-3] is defined }} {{ g.x "
     "is defined }} {{ g == g }}",
     "False False False True"},
    {"{{ [{'a':1}]|groupby('z')|list }}", "[(Undefined, [{'a': 1}])]"},
    {"{{ [{'a':1}]|groupby }}", "!f.yaml:1: groupby missing required argument: 'attribute'"},
    {"{{ 5|groupby('a') }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ [{'a':1},{'a':'x'}]|groupby('a') }}",
     "!f.yaml:1: '<' not supported between instances of 'str' and 'int'"},
    {"{{ [{}]|groupby('a.b') }}", "!f.yaml:1: 'dict object' has no attribute 'a'"},
    {"{{ [{'a':1},{'a':2}]|selectattr('a','eq',2)|list }} {{ [{'a':1},{'a':0}]|selectattr('a')|list }} "
     "{{ [{'a':1},{'a':0}]|rejectattr('a')|list }} {{ [{'a':1},{}]|selectattr('a','defined')|list }} {{ "
     "[{'a':{'b':2}}]|selectattr('a.b','even')|list }}",
     "[{'a': 2}] [{'a': 1}] [{'a': 0}] [{'a': 1}] [{'a': {'b': 2}}]"},
    {"{{ [{'a':1}]|selectattr }}", "!f.yaml:1: selectattr needs the name of an attribute"},
    {"{{ [{'a':1}]|selectattr('z')|list }}", "!f.yaml:1: 'dict object' has no attribute 'z'"},
    {"{{ [{'a':1}]|selectattr('a','halve')|list }}", "!f.yaml:1: No test named 'halve'"},
    {"{{ [{'a':1}]|rejectattr('a', 5)|list }}", "!f.yaml:1: the name of a test is expected here"},
    {"{{ [5]|selectattr('a.b')|list }}", "!f.yaml:1: 'int object' has no attribute 'a'"},
    {"{{ l|select(\">\", 1)|list }} {{ l|select(\"<=\", 2)|list }} {{ l|reject(\"==\", 2)|list }} {{ "
     "l|select(\"!=\", 2)|list }} {{ l|select(\">=\", 2)|list }} {{ l|select(\"<\", 2)|list }} {{ [none, "
     "1]|select(\"none\")|list }}",
     "[2, 3] [1, 2] [1, 3] [1, 3] [2, 3] [1] [None]"},
    {"{{ [q]|select|list }}", "!f.yaml:1: 'q' is undefined (-D q=… gives it a value)"},
    {"{{ [{'a':1},{'a':2}]|sum(attribute='a') }} {{ [{'a':1}]|sum('a', 5) }} {{ l|sum(start=1) }} {{ "
     "[[1],[2]]|sum(start=[]) }} {{ [[1,2],[3,4]]|sum(1) }} {{ [[1,2]]|sum(attribute=0) }}",
     "3 6 7 [1, 2] 6 1"},
    {"{{ ['a']|sum }}", "!f.yaml:1: unsupported operand type(s) for +: 'int' and 'str'"},
    {"{{ [5]|sum('a') }}", "!f.yaml:1: 'int object' has no attribute 'a'"},
    {"{{ [{}]|sum('a.b') }}", "!f.yaml:1: 'dict object' has no attribute 'a'"},
    {"{{ l|sum(1, 2, 3) }}", "!f.yaml:1: sum takes 3 positional arguments but 4 were given"},
    {"{{ [{'a':1},{'a':3},{'a':2}]|max(attribute='a') }} {{ [{'a':1},{'a':3},{'a':2}]|min(attribute='a') "
     "}} {{ [{'a':'x'},{'a':'X'}]|unique(attribute='a')|list }} {{ [{'a':1},{'a':2}]|join(',', "
     "attribute='a') }} {{ [{'a':1},{'b':2}]|map(attribute='a', default=9)|list }} {{ "
     "[{'a':{'b':1}}]|map(attribute='a.b')|list }} {{ [[1,2]]|map(attribute=1)|list }} {{ "
     "[{'b':1}]|map(default=3, attribute='a.c')|list }}",
     "{'a': 3} {'a': 1} [{'a': 'x'}] 1,2 [1, 9] [1] [2] [3]"},
    {"{{ [{}]|max(attribute='a.b') }}", "!f.yaml:1: 'dict object' has no attribute 'a'"},
    {"{{ [{}]|unique(attribute='a.b') }}", "!f.yaml:1: 'dict object' has no attribute 'a'"},
    {"{{ [{}]|join(attribute='a.b') }}", "!f.yaml:1: 'dict object' has no attribute 'a'"},
    {"{{ [{}]|map(attribute='a.b') }}", "!f.yaml:1: 'dict object' has no attribute 'a'"},
    {"{{ l|join(1, 2, 3) }}", "!f.yaml:1: join takes 3 positional arguments but 4 were given"},
    {"{{ l|map(attribute='a', foo=1) }}", "!f.yaml:1: map got an unexpected keyword argument 'foo'"},
    {"{{ l|map(default=1) }}", "!f.yaml:1: map missing required argument: 'attribute'"},
    {"{{ l|map('round', precision=1)|list }} {{ [\"a\"]|map(\"replace\", \"a\", new=\"b\")|list }} {{ "
     "[1.26]|map('round', 1, method='floor')|list }}",
     "[1, 2, 3] ['b'] [1.2]"},
    {"{{ [{'a':1,'b':2},{'a':1,'b':1},{'a':0,'b':'z'}]|sort(attribute='a,b')|list }} {{ "
     "[{'a':'b','c':'Z'},{'a':'B','c':'y'}]|sort(attribute='a,c')|list }} {{ "
     "[{'a':'b'},{'a':'B'},{'a':'a'}]|sort(attribute='a', case_sensitive=true)|list }} {{ "
     "[[2,1],[1,2]]|sort(attribute=1)|list }} {{ [2,1]|sort(attribute=none)|list }}",
     "[{'a': 0, 'b': 'z'}, {'a': 1, 'b': 1}, {'a': 1, 'b': 2}] [{'a': 'B', 'c': 'y'}, {'a': 'b', 'c': "
     "'Z'}] [{'a': 'B'}, {'a': 'a'}, {'a': 'b'}] [[2, 1], [1, 2]] [1, 2]"},
    {"{{ [{}]|sort(attribute='a.b') }}", "!f.yaml:1: 'dict object' has no attribute 'a'"},
    {"{{ [{}]|sort(attribute='a.b,c') }}", "!f.yaml:1: 'dict object' has no attribute 'a'"},
    {"{{ [3,1,2,9,4,7,0]|sort(true) }} {{ ['é','É','e']|sort }} {{ ['é','É']|unique|list }}",
     "[9, 7, 4, 3, 2, 1, 0] ['e', 'é', 'É'] ['é']"},
    {"{{ [1,'a',2,3]|sort }}", "!f.yaml:1: '<' not supported between instances of 'str' and 'int'"},
    {"{{ [2,3,1,'a']|sort }}", "!f.yaml:1: '<' not supported between instances of 'str' and 'int'"},
    {"{{ []|first|default(3) }} {{ []|last|default(4) }} {{ \"\"|first|default(\"e\") }} {{ d|first }} "
     "{{ d|last }} {{ range(3)|last }}",
     "3 4 e a b 2"},
    {"{{ []|last }}", "!f.yaml:1: No last item, sequence was empty."},
    {"{{ [nan_, 1]|max if nan_ is defined else 1 }} {{ [1, 2]|max(true) }}", "1 2"},
    {"{{ d|attr(\"items\") is callable }} {{ l|attr(\"count\")(1) }} {{ d|attr(name=\"a\") }}",
     "True 1 1.5"},
    {"{{ d|attr(5) }}", "!f.yaml:1: the name of an attribute is expected, not 'int'"},
    {"{{ d|attr }}", "!f.yaml:1: attr missing required argument: 'name'"},
    {"{{ n|attr(\"x\") is defined }}", "False"},
    {"{{ []|batch(2, 0)|list }} {{ q|default(q)|default(3) }} {{ ['', 'b', 'A']|sort }} {{ ['nan'|float, "
     "1]|sort }} {{ [1, 'nan'|float]|max }} {{ 'inf'|int }}",
     "[] 3 ['', 'A', 'b'] [nan, 1] 1 0"},
    {"{{ l|batch(9999999999, 1) }}", "!f.yaml:1: the result is too large"},
    {"{% set g = ([{'a':1}]|groupby('a')|list)[0] %}{{ g['x'] is defined }}", "False"},
    {"{{ [{'a':{'':{'b':1}}}]|map(attribute='a..b')|list }} {{ [[1]]|map(attribute='12345678901', "
     "default=3)|list }} {{ [{}]|map(attribute='a', default=none)|list }}",
     "[1] [3] [Undefined]"},
    {"{{ 5|max }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ range(99999)|list|sort }}", "!f.yaml:1: the expression takes too many steps"},
    {"{{ max([{}], key=dict) }}", "{}"},
    {"{% macro m(a) %}{{ a }}{% endmacro %}{{ max(l, key=m) }}", "3"},
    {"{{ 2.5|round('x', 'ceil') }}", "!f.yaml:1: unsupported operand type(s) for **: 'int' and 'str'"},
    {"{{ d|round(0, 'ceil') }}", "!f.yaml:1: unsupported operand type(s) for *: 'dict' and 'int'"},
    {"{{ 2.5|round(-400, 'ceil') }}", "!f.yaml:1: float division by zero"},
    {"{{ (10**30) is integer }} {{ cycler(1) is callable }} {{ 'nan'|float is lt 1 }} {{ 1 is sameas 2 }}",
     "True False False False"},
    {"{{ 4 is divisibleby }}", "!f.yaml:1: the test 'divisibleby' needs one argument"},
    {"{{ enumerate(l) is iterable }}", "True"},
};

/* texts, JSON, and tests of them */
static const row texts[] = {
    {"{{ \"ab\"|center(7) }}|{{ \"abc\"|center(8) }}|{{ \"é\"|center(4) }}|{{ 5|center(3) }}|{{ "
     "\"ab\"|center(5) }}|{{ \"abc\"|center(2) }}|{{ \"abc\"|center(-9) }}|{{ \"a\"|center|length }}",
     "   ab  |  abc   | é  | 5 |  ab |abc|abc|80"},
    {"{{ \"a\"|center(\"x\") }}", "!f.yaml:1: center: width is a whole number, not 'str'"},
    {"{{ \"a\"|center(1, 2) }}", "!f.yaml:1: center takes 2 positional arguments but 3 were given"},
    {"{{ \"a\"|center(99999999) }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{{ \"a\\nb\\n\\nc\"|indent }}|{{ \"a\\nb\"|indent(2, true) }}|{{ \"a\\n\\nb\\n\"|indent(2, "
     "blank=true) }}|{{ \"\"|indent }}|{{ \"\"|indent(2, true) }}|{{ \"a\\r\\nb\"|indent(\"> \") }}|{{ "
     "\"a\\n\"|indent }}|{{ \"\\n\\n\"|indent(1, blank=true) }}|{{ \"a\\rb\\r\"|indent(1) }}|{{ "
     "\"a\\u2028b\\x0bc\"|indent(1) }}|{{ \"a\\nb\"|indent(-1) }}|{{ \"a\\nb\"|indent(none_) if none_ is "
     "defined else 1 }}",
     "a\n    b\n\n    c|  a\n  b|a\n  \n  b\n  ||  |a\n> b|a\n|\n \n |a\n b|a\n b\n c|a\nb|1"},
    {"{{ 5|indent }}", "!f.yaml:1: indent takes a text, not 'int'"},
    {"{{ \"a\"|indent(1.5) }}", "!f.yaml:1: indent: width is a whole number, not 'float'"},
    {"{{ \"a\"|indent(99999999) }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{{ \"a\"|indent(1, 2, 3, 4) }}",
     "!f.yaml:1: indent takes 4 positional arguments but 5 were given"},
    {"{{ (\"a\\n\" * 99999)|indent(4000) }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{{ \"foo bar baz qux\"|truncate(9) }}|{{ \"foo bar baz qux\"|truncate(9, true) }}|{{ \"foo bar baz "
     "qux\"|truncate(11) }}|{{ \"foo bar baz qux\"|truncate(11, false, '...', 0) }}|{{ "
     "\"abcdefghijkl\"|truncate(5) }}|{{ \"abc def ghi jkl\"|truncate(5, end='') }}|{{ "
     "\"éééééééééééé\"|truncate(5, true, '…') }}|{{ (\"a\" * 300)|truncate|length }}|{{ "
     "\"123456789\"|truncate(3, end=\"4\", leeway=0) }}",
     "foo...|foo ba...|foo bar baz qux|foo bar...|ab...|abc|éééé…|255|124"},
    {"{{ \"abcdefghijk\"|truncate(2) }}", "!f.yaml:1: expected length >= 3, got 2"},
    {"{{ \"abcdefghijk\"|truncate(5, leeway=-1) }}", "!f.yaml:1: expected leeway >= 0, got -1"},
    {"{{ \"abcdefghijk\"|truncate(\"5\") }}",
     "!f.yaml:1: truncate: length is a whole number, not 'str'"},
    {"{{ \"abcdefghijk\"|truncate(5, leeway=\"5\") }}",
     "!f.yaml:1: truncate: leeway is a whole number, not 'str'"},
    {"{{ \"a\"|truncate(1, 2, 3, 4, 5) }}",
     "!f.yaml:1: truncate takes 5 positional arguments but 6 were given"},
    {"{{ 0|filesizeformat }} {{ 1|filesizeformat }} {{ 999|filesizeformat }} {{ 1000|filesizeformat }} "
     "{{ 1500|filesizeformat }} {{ 1024|filesizeformat(true) }} {{ 123456789|filesizeformat }} {{ "
     "1e30|filesizeformat }} {{ \"2000\"|filesizeformat }} {{ (10**6)|filesizeformat(binary=true) }} {{ "
     "-5|filesizeformat }} {{ (1e99*1e300)|filesizeformat }} {{ (-1e99*1e300)|filesizeformat if 0 else 1 "
     "}}",
     "0 Bytes 1 Byte 999 Bytes 1.0 kB 1.5 kB 1.0 KiB 123.5 MB 1000000.0 YB 2.0 kB 976.6 KiB -5 Bytes inf "
     "YB 1"},
    {"{{ \"x\"|filesizeformat }}", "!f.yaml:1: could not convert string to float: 'x'"},
    {"{{ 1|filesizeformat(1, 2) }}",
     "!f.yaml:1: filesizeformat takes 2 positional arguments but 3 were given"},
    {"{{ (-1e99*1e300)|filesizeformat }}", "!f.yaml:1: cannot convert float infinity to integer"},
    {"{{ \"aaa\"|replace(\"a\",\"b\",2) }} {{ \"aaa\"|replace(\"a\",\"b\",count=1) }} {{ "
     "5.5|replace(\".\", \",\") }} {{ \"ab\"|replace(\"\", \"-\") }} {{ \"\"|replace(\"\", \"-\") }} {{ "
     "\"éa\"|replace(\"\", \"-\", 2) }} {{ \"abc\"|replace(\"b\", \"\") }} {{ 121|replace(1, 3) }} {{ "
     "\"aa\"|replace(\"a\", \"b\", 0) }}",
     "bba baa 5,5 -a-b- - -é-a ac 323 aa"},
    {"{{ \"a\"|replace(\"a\") }}", "!f.yaml:1: replace missing required argument: 'new'"},
    {"{{ \"a\"|replace(\"a\", \"b\", \"c\") }}",
     "!f.yaml:1: replace: count is a whole number, not 'str'"},
    {"{{ (\"a\" * 99999)|replace(\"a\", \"b\" * 9999) }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{{ \" a \"|trim }}|{{ \"xax\"|trim(\"x\") }}|{{ \"xax\"|trim(chars=\"x\") }}|{{ 55|trim(\"5\") "
     "}}|{{ \" a \"|trim(none) }}",
     "a|a|a||a"},
    {"{{ \"a\"|trim(1, 2) }}", "!f.yaml:1: trim takes 2 positional arguments but 3 were given"},
    {"{{ \"a\"|trim(5) }}", "!f.yaml:1: a string is expected, not 'int'"},
    {"{{ \"ÄÖß éñ ŉ µ\"|upper }} {{ \"ÄÉİ\"|lower }} {{ \"éa éb-éc (éd\"|title }} {{ \"éA "
     "bC\"|capitalize }} {{ \"σς\"|upper }} {{ \"ΑΣ ΑΣΑ Σ\"|lower }} {{ \"жЖ\"|upper }} {{ 5|upper }} {{ "
     "none|lower }} {{ true|title }} {{ \"hello wORLD\"|title }} {{ \"\"|title }} {{ \"a  b\\tc\"|title "
     "}} {{ \"ÀB\".lower() }} {{ \"àb\".upper() }}",
     "ÄÖSS ÉÑ ʼN Μ äéi̇ Éa Éb-Éc (Éd Éa bc ΣΣ ας ασα σ ЖЖ 5 none True Hello World  A  B\tC àb ÀB"},
    {"{{ \"abc\" is lower }} {{ \"aBc\" is lower }} {{ \"ABC\" is upper }} {{ \"1\" is upper }} {{ 5 is "
     "lower }} {{ \"É\" is upper }} {{ \"\" is lower }} {{ \"éa1\" is lower }} {{ none is lower }}",
     "True False True False False True False True False"},
    {"{{ 1 is sameas 1 }} {{ none is sameas none }} {{ true is sameas 1 }} {{ \"upper\" is filter }} {{ "
     "\"nope\" is filter }} {{ \"odd\" is test }} {{ \"nope\" is test }} {{ 1 is escaped }} {{ \"a\" is "
     "escaped }} {{ true is sameas(true) }}",
     "True True False True False True False False False True"},
    {"{{ 1 is sameas }}", "!f.yaml:1: the test 'sameas' needs one argument"},
    {"{{ 5 is filter }} {{ \"a\"|safe }} {{ 1|string ~ l|string }} {{ (1, 2) is sequence }} {{ {1: "
     "2}.items() is iterable }}",
     "False a 1[1, 2, 3] True True"},
    {"{{ d|tojson }} {{ [1,2.5,none,true,false,\"a<b>&'c\\\"\\n\\t\\r\\b\\f\\\\é\\u2028😀\\x01\\x7f\"]|toj"
     "son }} {{ {'b':1,'a':[]}|tojson(indent=2) }} {{ {'b':{'x':1},'a':[1,2],'c':{},'d':[]}|tojson(2) }} "
     "{{ (1,2)|tojson }} {{ \"x\"|tojson }} {{ {1:2, 0:3}|tojson }} {{ {none:1}|tojson }} {{ "
     "{true:1}|tojson }} {{ {1.5:1}|tojson }} {{ 1e30|tojson }} {{ [1]|tojson(0) }} {{ (10**30)|tojson "
     "}} {{ [1e99*1e300, -1e99*1e300]|tojson }} {{ none|tojson(none) }}",
     "{\"a\": 1.5, \"b\": \"x\"} [1, 2.5, null, true, false, "
     "\"a\\u003cb\\u003e\\u0026\\u0027c\\\"\\n\\t\\r\\b\\f\\\\\\u00e9\\u2028\\ud83d\\ude00\\u0001\\u007f"
     "\"] {\n  \"a\": [],\n  \"b\": 1\n} {\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {\n    \"x\": 1\n  "
     "},\n  \"c\": {},\n  \"d\": []\n} [1, 2] \"x\" {\"0\": 3, \"1\": 2} {\"null\": 1} {\"true\": 1} "
     "{\"1.5\": 1} 1e+30 [\n1\n] 1000000000000000000000000000000 [Infinity, -Infinity] null"},
    {"{{ {1:2,'a':3}|tojson }}", "!f.yaml:1: '<' not supported between instances of 'str' and 'int'"},
    {"{{ {(1,2):3}|tojson }}", "!f.yaml:1: keys must be str, int, float, bool or None, not tuple"},
    {"{{ range(3)|tojson }}", "!f.yaml:1: Object of type range is not JSON serializable"},
    {"{{ [range(3)]|tojson }}", "!f.yaml:1: Object of type range is not JSON serializable"},
    {"{{ {'a': range(3)}|tojson }}", "!f.yaml:1: Object of type range is not JSON serializable"},
    {"{{ 1|tojson(\"x\") }}", "!f.yaml:1: tojson: indent is a whole number from 0 to 64, or none"},
    {"{{ 1|tojson(-1) }}", "!f.yaml:1: tojson: indent is a whole number from 0 to 64, or none"},
    {"{{ 1|tojson(99) }}", "!f.yaml:1: tojson: indent is a whole number from 0 to 64, or none"},
    {"{{ 1|tojson(1, 2) }}", "!f.yaml:1: tojson takes 2 positional arguments but 3 were given"},
    {"{{ ([[1e99*1e300 - 1e99*1e300]])|tojson }}", "[[NaN]]"},
    {"{{ \"a\"|escape }}", "!f.yaml:1: the filter 'escape' is not supported: it makes HTML"},
    {"{{ l|random }}",
     "!f.yaml:1: the filter 'random' is not supported: a spec must read the same each time"},
    {"{{ \"a b\"|wordwrap(1) }}",
     "!f.yaml:1: the filter 'wordwrap' is not supported: it lays text out for people"},
    {"{{ 'abc'|truncate(leeway=none) }} {{ (10**7)|filesizeformat(true) }}", "abc 9.5 MiB"},
    {"{% set ns = namespace(x=[]) %}{% for i in range(300) %}{% set ns.x = [ns.x] %}{% endfor %}{{ "
     "ns.x|tojson }}",
     "!f.yaml:1: JSON is nested deeper than 200 levels"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x|upper }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x|title }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x|trim }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x|replace(\"a\", \"b\") }}",
     "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x|center }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x|truncate }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x|tojson }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x|format }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ 'a'|replace(x, 'b') }}",
     "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ 'a'|replace('a', x) }}",
     "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ 'aaa'|truncate(2, end=x) }}",
     "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = ['a' * 999999] * 40 %}{{ x is lower }}", "!f.yaml:1: more than 32 MiB are needed"},
};

/* Python's % conversions, by the filter format and the operator */
static const row percent[] = {
    {"{{ \"%s-%d-%5.2f|%-5s|%05d|%x|%%\"|format(\"a\", 5, 2.345, \"b\", 42, 255) }} {{ 5|format }} {{ "
     "\"\"|format }}",
     "a-5- 2.35|b    |00042|ff|% 5 "},
    {"{{ \"%(a)s %(b)03d\"|format(a=1, b=2) }} {{ \"%s\"|format([1]) }} {{ \"x\"|format() }} {{ "
     "\"%(a)s%%\"|format(a=\"é\") }}",
     "1 002 [1] x é%"},
    {"{{ \"%d\" % 5 }} {{ \"%s-%s\" % (1, 2) }} {{ \"%(a)s\" % d }} {{ \"%s\" % l }} {{ \"%s\" % d }} {{ "
     "\"%%\" % () }} {{ \"x\" % d }} {{ \"x\" % l }} {{ \"x\" % range(2) }} {{ \"%s\" % \"é\" }}",
     "5 1-2 1.5 [1, 2, 3] {'a': 1.5, 'b': 'x'} % x x x é"},
    {"{{ \"%d\"|format(3.7) }} {{ \"%i\"|format(true) }} {{ \"%+d % d\"|format(3, 4) }} {{ \"%e "
     "%G\"|format(12345.678, 1e-10) }} {{ \"%r %c %c\"|format(\"a\", 65, \"b\") }} {{ "
     "\"%.3d|%8.3d|%-8d|%#x|%#o|%X\"|format(5, 5, 5, 255, 8, 255) }} {{ \"%u %ld %hd\"|format(1, 2, 3) }}",
     "3 1 +3  4 1.234568e+04 1E-10 'a' A b 005|     005|5       |0xff|0o10|FF 1 2 3"},
    {"{{ \"%*d\"|format(5, 3) }} {{ \"%.*f\"|format(2, 3.14159) }} {{ \"%-*d|\"|format(5, 3) }} {{ "
     "\"%*d|\"|format(-5, 3) }} {{ \"%05s|%05.1f|%+05d|%-05d|\"|format(\"a\", 2.25, 3, 4) }} {{ "
     "\"%.2s|%.0s|%.9s\"|format(\"abc\", \"abc\", \"abc\") }} {{ \"%.*f\"|format(-2, 3.14159) }}",
     "    3 3.14 3    | 3    |     a|002.2|+0003|4    | ab||abc 3"},
    {"{{ \"%d %d %x %o\"|format(-5, -2.5, -255, -8) }} {{ \"%#x %#X %+x\"|format(-255, 255, 10) }} {{ "
     "\"%.2f %+.1f % .1f %05.1f\"|format(-1.005, 2.25, 2.25, -2.25) }} {{ \"%f %F %g "
     "%E\"|format(1e99*1e300, -1e99*1e300, 1e20, 0) }} {{ \"%08f|%-8.1f|%#.0f\"|format(1e99*1e300, 1, 3) "
     "}} {{ \"%d\"|format(10**30) }} {{ \"%f\"|format(true) }} {{ \"%x\"|format(true) }} {{ "
     "\"%c%5c|%-3c|\"|format(\"é\", \"x\", \"y\") }} {{ \"%r %s\"|format(\"it's\", none) }} {{ "
     "\"%.2r\"|format(\"abc\") }}",
     "-5 -2 -ff -10 -0xff 0XFF +a -1.00 +2.2  2.2 -02.2 inf -INF 1e+20 0.000000E+00 00000inf|1.0     |3. "
     "1000000000000000000000000000000 1.000000 1 é    x|y  | \"it's\" None 'a"},
    {"{{ \"%s\"|format }}", "!f.yaml:1: not enough arguments for format string"},
    {"{{ \"%s %s\"|format(1) }}", "!f.yaml:1: not enough arguments for format string"},
    {"{{ \"%s\"|format(1, 2) }}", "!f.yaml:1: not all arguments converted during string formatting"},
    {"{{ \"%d\"|format(\"a\") }}", "!f.yaml:1: %d format: a real number is required, not str"},
    {"{{ \"%f\"|format(\"a\") }}", "!f.yaml:1: must be real number, not str"},
    {"{{ \"%y\"|format(1) }}", "!f.yaml:1: unsupported format character 'y' (0x79) at index 1"},
    {"{{ \"é%y\"|format(1) }}", "!f.yaml:1: unsupported format character 'y' (0x79) at index 2"},
    {"{{ \"%\"|format(1) }}", "!f.yaml:1: incomplete format"},
    {"{{ \"%5\"|format(1) }}", "!f.yaml:1: incomplete format"},
    {"{{ \"%x\"|format(1.5) }}", "!f.yaml:1: %x format: an integer is required, not float"},
    {"{{ \"%x\"|format(\"a\") }}", "!f.yaml:1: %x format: an integer is required, not str"},
    {"{{ \"%(a)s\"|format(1) }}", "!f.yaml:1: format requires a mapping"},
    {"{{ \"%(a)s\"|format(b=1) }}", "!f.yaml:1: 'a'"},
    {"{{ \"%(as\"|format(b=1) }}", "!f.yaml:1: incomplete format key"},
    {"{{ \"%(a)s %s\"|format(a=1) }}", "!f.yaml:1: not enough arguments for format string"},
    {"{{ \"%s\"|format(1, a=2) }}",
     "!f.yaml:1: can't handle positional and keyword arguments at the same time"},
    {"{{ \"%*d\"|format(\"a\", 1) }}", "!f.yaml:1: * wants int"},
    {"{{ \"%*d\"|format }}", "!f.yaml:1: not enough arguments for format string"},
    {"{{ \"%99999999d\"|format(1) }}", "!f.yaml:1: a format is wider than 1048576"},
    {"{{ \"%.99999d\"|format(1) }}", "!f.yaml:1: a format is wider than 1000"},
    {"{{ \"%.*d\"|format(\"a\", 1) }}", "!f.yaml:1: * wants int"},
    {"{{ \"%.*d\"|format(99999, 1) }}", "!f.yaml:1: a format is wider than 1000"},
    {"{{ \"%c\"|format(\"ab\") }}", "!f.yaml:1: %c requires int or char"},
    {"{{ \"%c\"|format(-1) }}", "!f.yaml:1: %c arg not in range(0x110000)"},
    {"{{ \"%c\"|format(1.5) }}", "!f.yaml:1: %c requires int or char"},
    {"{{ \"%c\"|format(\"\") }}", "!f.yaml:1: %c requires int or char"},
    {"{{ \"%c\"|format(99999999) }}", "!f.yaml:1: %c arg not in range(0x110000)"},
    {"{{ \"%d\"|format(1e99*1e300) }}", "!f.yaml:1: cannot convert float infinity to integer"},
    {"{{ \"%f\"|format(10**400) }}", "!f.yaml:1: int too large to convert to float"},
    {"{{ \"%s\" % () }}", "!f.yaml:1: not enough arguments for format string"},
    {"{{ \"x\" % 5 }}", "!f.yaml:1: not all arguments converted during string formatting"},
    {"{{ \"x\" % none }}", "!f.yaml:1: not all arguments converted during string formatting"},
    {"{{ (\"%1000000d\" * 49) % ((1,) * 49) }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{{ \"%#d|%s|\" % (5, \"\") }}", "5||"},
    {"{{ \"%*d\" % (-99999999, 1) }}", "!f.yaml:1: a format is wider than 1048576"},
};

/* global functions and loops */
static const row globals[] = {
    {"{% set c = cycler(\"a\", \"b\") %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ "
     "c.reset() }}{{ c.current }}",
     "abbaNonea"},
    {"{{ cycler() }}", "!f.yaml:1: at least one item has to be provided"},
    {"{{ cycler(1).x is defined }}", "False"},
    {"{% set j = joiner(\", \") %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}{% set k = joiner() %}{{ "
     "k() }}a{{ k() }}b",
     "1, 2, 3a, b"},
    {"{{ joiner(1, 2) }}", "!f.yaml:1: joiner takes 1 positional arguments but 2 were given"},
    {"{% set ns = namespace(a=1) %}{% set ns.b = 2 %}{{ ns.a + ns.b }}", "3"},
    {"{{ dict(a=1) }} {{ dict([(1,2)]) }} {{ dict({'x':1}, y=2) }} {{ dict() }} {{ dict([\"ab\"]) }}",
     "{'a': 1} {1: 2} {'x': 1, 'y': 2} {} {'a': 'b'}"},
    {"{{ dict(5) }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ dict([5]) }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ dict([[1, 2, 3]]) }}", "!f.yaml:1: dict takes pairs of key and value; item 0 has 3 values"},
    {"{{ dict({}, {}) }}", "!f.yaml:1: dict takes one map or list of pairs, and keywords"},
    {"{{ lipsum() }}", "!f.yaml:1: lipsum() is not supported: a spec must read the same each time"},
    {"{% for i in l %}{{ loop.cycle(\"odd\", \"even\") }} {{ loop.changed(i > 1) }} {% endfor %}",
     "odd True even True odd False "},
    {"{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{{ loop.changed(i, 1) }}{% endfor %}",
     "TrueTrueTrueTrueTrueTrue"},
    {"{% for i in l %}{{ loop.cycle() }}{% endfor %}", "!f.yaml:1: no items for cycling given"},
    {"{% for i in [[1,[2]],[3]] recursive %}{{ loop.depth }}{{ loop.depth0 }}:{% if i is iterable %}{{ "
     "loop(i) }}{% else %}{{ i }}{% endif %} {% endfor %}",
     "10:21:1 21:32:2   10:21:3  "},
    {"{% for i in [[], [1]] recursive %}{% if i is iterable %}{{ loop(i)|trim }}{% else %}{{ i }}{% "
     "endif %}{% else %}none{% endfor %}",
     "none1"},
    {"{% for i in l if i > 1 recursive %}{{ i }}{% endfor %}", "23"},
    {"{% for i in l %}{{ loop(i) }}{% endfor %}",
     "!f.yaml:1: The loop must have the 'recursive' marker to be called recursively."},
    {"{% for i in l recursive %}{{ loop() }}{% endfor %}", "!f.yaml:1: loop() takes one argument"},
    {"{% for i in l recursive %}{{ loop(5) }}{% endfor %}", "!f.yaml:1: 'int' object is not iterable"},
    {"{% for i in l recursive %}{{ loop(l) }}{% endfor %}",
     "!f.yaml:1: macros call each other more than 50 deep"},
    {"{% for i in l %}{{ loop is callable }}{% endfor %}", "TrueTrueTrue"},
};

/* statements with a body, and what is wrong in them */
static const row blocks[] = {
    {"{% filter upper %}a{{ n }}{% endfilter %} {% set x | upper | trim %} abc {% endset %}{{ x }} {% "
     "filter replace(\"a\", \"b\")|upper %}aab{% endfilter %}{% filter default(3) %}{% endfilter %}",
     "A7 ABC BBB"},
    {"{% filter halve %}a{% endfilter %}", "!f.yaml:1: No filter named 'halve'"},
    {"{% filter %}a{% endfilter %}", "!f.yaml:1: a name is expected here"},
    {"{% filter upper(%}a{% endfilter %}", "!f.yaml:1: a value is expected here"},
    {"{% filter upper %}{{ q }}{% endfilter %}",
     "!f.yaml:1: 'q' is undefined (-D q=… gives it a value)"},
    {"{% filter int(1, 2, 3) %}a{% endfilter %}",
     "!f.yaml:1: int takes 3 positional arguments but 4 were given"},
    {"{% filter upper %}a", "!f.yaml:1: a statement that starts here is never ended by 'endfilter'"},
    {"{% filter upper", "!f.yaml:1: expected '%}' to end this tag, found 'the end of the line'"},
    {"{% set x | halve %}a{% endset %}", "!f.yaml:1: No filter named 'halve'"},
    {"{% set x | int(1, 2, 3) %}a{% endset %}",
     "!f.yaml:1: int takes 3 positional arguments but 4 were given"},
    {"{% macro m(a) %}[{{ a }}{{ caller() }}]{% endmacro %}{% call m(1) %}body{{ n }}{% endcall %}",
     "[1body7]"},
    {"{% macro m(a) %}{{ caller(5) }}{{ caller(x=6) }}{% endmacro %}{% call(x) m(1) %}<{{ x }}>{% "
     "endcall %}",
     "<5><6>"},
    {"{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(x, y=2) m() %}<{{ x }}{{ y }}>{% endcall %}",
     "<12>"},
    {"{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}", "!f.yaml:1: No caller defined"},
    {"{% macro m() %}{% endmacro %}{% call m() %}a{% endcall %}",
     "!f.yaml:1: macro 'm' takes no keyword argument 'caller'"},
    {"{% macro m() %}{{ varargs }}{% endmacro %}{% call m() %}a{% endcall %}",
     "!f.yaml:1: macro 'm' takes no keyword argument 'caller'"},
    {"{% macro m() %}{{ caller(1) }}{% endmacro %}{% call m() %}a{% endcall %}",
     "!f.yaml:1: macro 'caller' takes not more than 0 argument(s)"},
    {"{% call n %}a{% endcall %}", "!f.yaml:1: {% call %} takes the call of a macro, such as m(1)"},
    {"{% call q() %}a{% endcall %}", "!f.yaml:1: 'q' is undefined (-D q=… gives it a value)"},
    {"{% call (5) m() %}a{% endcall %}",
     "!f.yaml:1: a name is expected here, found '5) m() %}a{% endcall %}'"},
    {"{% call m( %}a{% endcall %}", "!f.yaml:1: a value is expected here"},
    {"{% call m() %}a", "!f.yaml:1: a statement that starts here is never ended by 'endcall'"},
    {"{% macro a() %}{{ caller() }}{% endmacro %}{% macro b() %}({% call a() %}x{{ caller() }}{% endcall "
     "%}){% endmacro %}{% call b() %}y{% endcall %}",
     "!f.yaml:1: No caller defined"},
    {"{% macro m() %}{{ varargs }} {{ kwargs }}{% endmacro %}{{ m(1, 2, a=3) }} {{ m() }}",
     "(1, 2) {'a': 3} () {}"},
    {"{% macro m(x) %}{{ x }}{{ varargs }}{% endmacro %}{{ m(1, 2) }} {{ m(x=1) }}", "1(2,) 1()"},
    {"{% macro m(x) %}{{ x }}{{ kwargs }}{% endmacro %}{{ m(1, y=2) }}", "1{'y': 2}"},
    {"{% macro m(x) %}{{ varargs }}{% endmacro %}{{ m(1, y=2) }}",
     "!f.yaml:1: macro 'm' takes no keyword argument 'y'"},
    {"{% macro m(x) %}{{ kwargs }}{% endmacro %}{{ m(1, 2) }}",
     "!f.yaml:1: macro 'm' takes not more than 1 argument(s)"},
    {"{% block a %}x{{ n }}{% endblock %}{% block b %}y{% endblock b %}{% block c scoped %}{% set z = 1 "
     "%}{{ z }}{% endblock %}",
     "x7y1"},
    {"{% block 5 %}{% endblock %}", "!f.yaml:1: a name is expected here, found '5 %}{% endblock %}'"},
    {"{% block a %}", "!f.yaml:1: a statement that starts here is never ended by 'endblock'"},
    {"{% block a %}{% endblock b %}", "!f.yaml:1: expected '%}' to end this tag, found 'b %}'"},
    {"{% print n %} {% print 1, 2 %}", "7 12"},
    {"{% print %}", ""},
    {"{% print n n %}", "!f.yaml:1: expected '%}' to end this tag, found 'n %}'"},
    {"{% macro m(a) %}{{ caller() }}{% endmacro %}{{ m(1, y=2) }}",
     "!f.yaml:1: macro 'm' takes no keyword argument 'y'"},
    {"{% macro m(a=3) %}{{ a is defined }}{% endmacro %}{{ m(q) }}", "False"},
    {"{% filter first %}{% endfilter %}", "!f.yaml:1: No first item, sequence was empty."},
    {"{% filter first|default(1 if 0) %}{% endfilter %}", ""},
    {"{% filter upper %}{% set x = 1/0 %}{% endfilter %}", "!f.yaml:1: division by zero"},
    {"{% set a = 'a' * 9999999 %}{% set x %}{{ a }}{{ a }}{{ a }}{% endset %}",
     "!f.yaml:1: more than 32 MiB are needed"},
    {"{{ l[n|halve] }}", "!f.yaml:1: No filter named 'halve'"},
    {"{{ l[::n|halve] }}", "!f.yaml:1: No filter named 'halve'"},
    {"{{ l[n|halve:] }}", "!f.yaml:1: No filter named 'halve'"},
    {"{{ (n|halve).x }}", "!f.yaml:1: No filter named 'halve'"},
    {"{% for 5 in l %}{% endfor %}",
     "!f.yaml:1: a name is expected here, found '5 in l %}{% endfor %}'"},
    {"{% for i 5 %}{% endfor %}", "!f.yaml:1: expected 'in' after the names of a for"},
    {"a{##}b", "ab"},
    {"{{ n n -", "!f.yaml:1: expected '}}' to end this tag, found 'n -'"},
    {"{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 "
     "%}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if "
     "1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% "
     "if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 "
     "%}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if "
     "1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% if 1 %}{% "
     "if 1 %}{% if 1 %}{% if 1 %}",
     "!f.yaml:1: statements are nested deeper than 60 levels"},
    {"{% for i in l %}{% set x = 1/0 %}{% endfor %}", "!f.yaml:1: division by zero"},
    {"{% with a = 1 %}", "!f.yaml:1: a statement that starts here is never ended by 'endwith'"},
    {"{% raw %}a{% endraw 5 %}{% raw 5 %}",
     "!f.yaml:1: expected '%}' to end this tag, found '5 %}{% raw 5 %}'"},
};

/* A tag that is wrong is passed over, so that all mistakes of a template are told; equal ones once. */
static const row mistakes[] = {
    {"{{ n + }}\n{{ 1 2 }}\n{{ n }}\n{% set x = %}{{ n|halve }}",
     "1: the expression ends where a value is expected\n2: expected '}}' to end this tag, found '2 }}'\n"
     "4: No filter named 'halve'\n"},
    {"{{ n|halve }}\n{{ n|third }}\n{{ n is seventh }}",
     "1: No filter named 'halve'\n2: No filter named 'third'\n3: No test named 'seventh'\n"},
    {"{% if n > %}{{ ) }}\n{% elif n n %}\n{% else %}{% endif %}\n{{ n. }}",
     "1: the expression ends where a value is expected\n1: a value is expected here\n"
     "2: expected '%}' to end this tag, found 'n %}'\n4: a name is expected after '.'\n"},
    {"{% for i in %}{{ i i }}\n{% endfor %}\n{% assert , %}\n{% with a = n. %}{% endwith %}{% assert n, 017 "
     "%}",
     "1: the expression ends where a value is expected\n1: expected '}}' to end this tag, found 'i }}'\n"
     "3: a value is expected here\n4: a name is expected after '.'\n"
     "4: leading zeros in decimal integer literals are not permitted\n"},
    {"a: {{ n }\nb: {{ n ) \n{{ 5 5",
     "1: expected '}}' to end this tag, found '}'\n2: expected '}}' to end this tag, found ') '\n"
     "3: expected '}}' to end this tag, found '5'\n"},
    {"a: {{ n {{ n n }}\n{{ 1 + -}}  {{ 2 2 -}}\n {{ n -}}",
     "1: expected '}}' to end this tag, found '{{ n n }}'\n1: expected '}}' to end this tag, found 'n }}'\n"
     "2: the expression ends where a value is expected\n2: expected '}}' to end this tag, found '2 -}}'\n"},
    {"{{ q }}{{ 1/0 }}\n{{ n }}{{ d.z }}",
     "1: 'q' is undefined (-D q=… gives it a value)\n1: division by zero\n2: 'dict object' has no attribute "
     "'z'\n"},
    {"{{ n + }}{% call 5 %}{% endcall %}",
     "1: the expression ends where a value is expected\n1: {% call %} takes the call of a macro, such as "
     "m(1)\n"},
    {"{{ n + }}\n{% call m( %}{% endcall %}\n{{ n. }}",
     "1: the expression ends where a value is expected\n2: a value is expected here\n3: a name is expected "
     "after '.'\n"},
    {"{{ n + }}{% nothing %}\n{{ n + }}",
     "1: the expression ends where a value is expected\n1: unsupported Jinja statement 'nothing': "
     "set, if, for, with, macro, call, filter, block, print, raw and assert can be used\n"},
};

static void check_mistakes(void)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        af_arena *arena = af_arena_new();
        af_report *report = af_report_new("test");
        af_rendered out = {0};
        const char *got = "", *message;
        CHECK(af_render_jinja(mistakes[i].text, "f", data(arena), &out, arena, report) == -1);
        for (int k = 0; (message = af_report_message(report, k)); k++)
            got = af_format(arena, "%s%s\n", got, message + strlen("f:"));
        test_text(got, mistakes[i].want, __FILE__, __LINE__, mistakes[i].text);
        af_rendered_free(&out);
        af_report_free(report);
        af_arena_free(arena);
    }
}

int main(void)
{
    CHECK_TEMPLATES(lists);
    CHECK_TEMPLATES(texts);
    CHECK_TEMPLATES(percent);
    CHECK_TEMPLATES(globals);
    CHECK_TEMPLATES(blocks);
    check_mistakes();
    return test_end("filters");
}
