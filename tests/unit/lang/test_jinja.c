/* Templates, a table per part of 10 section 3; what is wanted is what Jinja 3.1 gives, or after "!" the
 * message that refuses it. */
#include "templates.h"

/* text, comments, blanks, line ends (10 section 3.1) */
static const row text[] = {
    {"", ""}, {"a", "a"}, {"a\n", "a"}, {"a\n\n\n", "a\n\n"}, {"a\r\nb\rc", "a\nb\nc"},
    {"a{# note #}b", "ab"}, {"a {#- note -#} b", "ab"}, {"a {{- n -}} b", "a7b"},
    {"a\n {%- if 1 -%} \n b \n {%- endif +%} c", "ab c"}, {"{%+ if 1 %}x{% endif %}", "x"},
    {"{{ '{{' }}", "{{"}, {"{% raw %}{{ x }} {% if %}{% endraw %}", "{{ x }} {% if %}"},
    {"a {%- raw -%} b {%- endraw -%} c", "abc"}, {"a {%+ raw %}b{%+ endraw %}c", "a bc"},
    {"{ a } {{ n }} } }}", "{ a } 7 } }}"}, {"{# a", "!f.yaml:1: a comment is never ended by '#}'"},
    {"{{ n", "!f.yaml:1: expected '}}' to end this tag, found 'the end of the line'"},
    {"{{ n }", "!f.yaml:1: expected '}}' to end this tag, found '}'"},
    {"{% if n %}a", "!f.yaml:1: a statement that starts here is never ended by 'endif'"},
    {"{% raw %}a", "!f.yaml:1: {% raw %} is never ended by {% endraw %}"},
    {"{%", "!f.yaml:1: a statement is expected after '{%', found 'the end of the line'"},
    {"{% %}", "!f.yaml:1: a statement is expected after '{%', found '%}'"},
    {"{{ }}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{{ n n }}", "!f.yaml:1: expected '}}' to end this tag, found 'n }}'"},
    {"{% 5 %}", "!f.yaml:1: a statement is expected after '{%', found '5 %}'"},
    {"{# unended {{ n }}", "!f.yaml:1: a comment is never ended by '#}'"},
    {"\xc3\xa9{{ n }}\xe6\x97\xa5", "\xc3\xa9" "7\xe6\x97\xa5"},
};

/* Python's str() of values (10 section 3.6) */
static const row printing[] = {
    {"{{ 1 }} {{ 1.0 }} {{ 1e-9 }} {{ 1e16 }} {{ 1e15 }} {{ 10**20 }} {{ -0.0 }}",
     "1 1.0 1e-09 1e+16 1000000000000000.0 100000000000000000000 -0.0"},
    {"{{ true }} {{ false }} {{ none }} {{ True }} {{ None }}", "True False None True None"},
    {"{{ \"a\" }} {{ 'b' }}", "a b"},
    {"{{ [1, \"a\", 2.5, none, \"it's\"] }} {{ (1,) }} {{ (1, 2) }} {{ () }} {{ {\"p\": 1, 2: [3]} }} {{ "
     "range(3) }}",
     "[1, 'a', 2.5, None, \"it's\"] (1,) (1, 2) () {'p': 1, 2: [3]} range(0, 3)"},
    {"{{ 4/2 }} {{ 7//2 }} {{ 7%3 }} {{ -7//2 }} {{-7//2}}", "2.0 3 1 -43"}, {"{{ 1, 2 }}", "(1, 2)"},
    {"{{ \"a\\nb\\t\\x41\\u00e9\" }}", "a\nb\tA\xc3\xa9"},
    {"{{ 1_000 }} {{ 0x1F }} {{ 0b11 }} {{ 0o17 }} {{ 1.5e3 }}", "1000 31 3 15 1500.0"},
};

/* precedence unlike Python's (10 section 3.5) */
static const row operators[] = {
    {"{{ 2**3**2 }} {{ -2**2 }} {{ -3|abs }} {{ 2**-1 }}", "64 4 3 0.5"},
    {"{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 10 - 2 - 3 }}", "7 9 5"},
    {"{{ 1 ~ 2 }} {{ 1 ~ 2 + 3 }} {{ \"a\" ~ none ~ true }}",
     "!f.yaml:1: unsupported operand type(s) for +: 'str' and 'int'"},
    {"{{ 1 + 1 ~ 2 }}", "!f.yaml:1: unsupported operand type(s) for +: 'int' and 'str'"},
    {"{{ 1 < 2 < 3 }} {{ 3 > 2 > 5 }} {{ 1 == 1.0 }} {{ 1 != 2 }} {{ 2 <= 2 >= 1 }}",
     "True False True True True"},
    {"{{ 1 in l }} {{ 5 not in l }} {{ \"a\" in d }} {{ \"me\" in s }}", "True True True True"},
    {"{{ not n }} {{ not not n }} {{ n and 0 }} {{ 0 or \"x\" }} {{ 1 and 2 or 3 }}", "False True 0 x 2"},
    {"{{ not 1 in l }} {{ not 5 == 5 }}", "False False"},
    {"{{ 1 if n > 3 else 2 }} {{ 1 if n < 3 else 2 }} {{ 1 if 0 else 2 if 0 else 3 }}", "1 2 3"},
    {"{{ 1 if 0 if 1 else 5 }}{{ 1 if 1 if 1 else 5 }}", "1"},
    {"{{ [1, 2] + [3] }} {{ \"ab\" * 2 }} {{ +n }} {{ - n }}", "[1, 2, 3] abab 7 -7"},
    {"{{ 1 < \"a\" }}", "!f.yaml:1: '<' not supported between instances of 'int' and 'str'"},
    {"{{ 1 / 0 }}", "!f.yaml:1: division by zero"},
    {"{{ \"a\" + 1 }}", "!f.yaml:1: unsupported operand type(s) for +: 'str' and 'int'"},
    {"{{ -\"a\" }}", "!f.yaml:1: bad operand type for unary -: 'str'"},
    {"{{ 1 in 5 }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ not q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q and 1 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ 017 }}", "!f.yaml:1: leading zeros in decimal integer literals are not permitted"},
    {"{{ 1. }}", "!f.yaml:1: a name is expected after '.'"},
    {"{{ .5 }}", "!f.yaml:1: a value is expected here"},
    {"{{ f'x' }}", "!f.yaml:1: expected '}}' to end this tag, found ''x' }}'"},
};

/* attributes, items, slices, calls */
static const row items[] = {
    {"{{ d.a }} {{ d[\"b\"] }} {{ d['a'] }} {{ l.0 }} {{ l[0] }} {{ l[-1] }} {{ s[0] }}",
     "1.5 x 1.5 1 1 3 s"},
    {"{{ l[1:] }} {{ l[:1] }} {{ l[::-1] }} {{ l[::2] }} {{ s[1:3] }}", "[2, 3] [1] [3, 2, 1] [1, 3] om"},
    {"{{ d.items()|list }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.get(\"a\") }} {{ d.get(\"q\", 5) "
     "}}",
     "[('a', 1.5), ('b', 'x')] ['a', 'b'] [1.5, 'x'] 1.5 5"},
    {"{{ s.upper() }} {{ s.split() }} {{ \"a,b\".split(\",\") }} {{ \",\".join([\"a\", \"b\"]) }} {{ "
     "s.replace(\"t\", \"T\") }}",
     "SOME TEXT ['some', 'text'] ['a', 'b'] a,b some TexT"},
    {"{{ max(1, 2) }} {{ ceil(2.5) }} {{ len(l) }} {{ sum(l) }} {{ min(l) }} {{ round(2.567, 2) }} {{ "
     "int(\"5\") }} {{ float(\"2\") }}",
     "2 3 3 6 1 2.57 5 2.0"},
    {"{{ l|length }}{{ (l|length) * 2 }}", "36"},
    {"{{ d.q }}", "!f.yaml:1: 'dict object' has no attribute 'q'"},
    {"{{ d.q.r }}", "!f.yaml:1: 'dict object' has no attribute 'q'"},
    {"{{ d[\"q\"] }}", "!f.yaml:1: 'dict object' has no attribute 'q'"},
    {"{{ l[9] }}", "!f.yaml:1: 'list object' has no element 9"},
    {"{{ l.9 }}", "!f.yaml:1: 'list object' has no element 9"},
    {"{{ n.a }}", "!f.yaml:1: 'int object' has no attribute 'a'"},
    {"{{ n() }}", "!f.yaml:1: 'int' object is not callable"},
    {"{{ q() }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q.a }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ s[q] }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q[0] }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ d.a( }}", "!f.yaml:1: a value is expected here"},
    {"{{ d[ }}", "!f.yaml:1: a value is expected here"},
    {"{{ max(q, 1) }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ l[\"a\"] }}", "!f.yaml:1: 'list object' has no attribute 'a'"},
    {"{{ l[q:] }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
};

/* strict, except where an else is missing (10 section 3.1) */
static const row undefined[] = {
    {"{{ q is defined }} {{ n is defined }} {{ q is undefined }} {{ d.q is defined }} {{ l[5] is undefined "
     "}}",
     "False True True False True"},
    {"{{ q|default(3) }} {{ q|default }} {{ n|default(3) }} {{ none|default(3) }} {{ \"\"|default(\"x\") }} "
     "{{ \"\"|default(\"x\", true) }} {{ d.q|default(1) }} {{ q|d(\"z\") }}",
     "3  7 None  x 1 z"},
    {"{{ q|default(default_value=4) }} {{ 0|default(5, boolean=true) }} {{ q|default(boolean=true) }}",
     "4 5 "},
    {"a{{ 1 if false }}b {{ (1 if false)|default(4) }} {% if (1 if false) %}x{% else %}y{% endif %} {{ (1 if "
     "false) == 1 }} {{ (1 if false) != 1 }} {{ (1 if false) == (1 if false) }}",
     "ab 4 y False True True"},
    {"{% for i in (1 if false) %}x{% else %}none{% endfor %}", "none"},
    {"{{ q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q + 1 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q == 1 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q < 1 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q ~ 1 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ [q] }}", "[Undefined]"},
    {"{{ q|upper }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% if q %}{% endif %}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% for i in q %}{% endfor %}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ (1 if false).a }}",
     "!f.yaml:1: the inline if-expression on line 1 evaluated to false and no else section was defined"},
    {"{{ (1 if false) + 1 }}",
     "!f.yaml:1: the inline if-expression on line 1 evaluated to false and no else section was defined"},
    {"{{ (1 if false)() }}",
     "!f.yaml:1: the inline if-expression on line 1 evaluated to false and no else section was defined"},
    {"{{ q.r|default(3) }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ {q: 1} }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% set a, b = q %}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
};

/* of 10 section 3.5 */
static const row filters[] = {
    {"{{ l|min }} {{ l|max }} {{ [3,1,2]|min }} {{ [\"b\", \"A\"]|min }} {{ [\"b\", "
     "\"A\"]|min(case_sensitive=true) }} {{ [nan, 1]|max if false else 1 }}",
     "1 3 1 A A 1"},
    {"{{ l|sum }} {{ l|sum(start=10) }} {{ [0.1, 0.2]|sum }} {{ []|sum }}", "6 16 0.30000000000000004 0"},
    {"{{ l|length }} {{ s|count }} {{ d|length }}", "3 9 2"},
    {"{{ \"12\"|int }} {{ \"x\"|int }} {{ \"x\"|int(7) }} {{ \"1.9\"|int }} {{ 2.9|int }} {{ \"ff\"|int(0, "
     "16) }} {{ \"ff\"|int(base=16) }} {{ none|int }} {{ true|int }}",
     "12 0 7 1 2 255 255 0 1"},
    {"{{ \"1.5\"|float }} {{ \"x\"|float }} {{ \"x\"|float(2.5) }} {{ 2|float }} {{ l|float }}",
     "1.5 0.0 2.5 2.0 0.0"},
    {"{{ 2.5|round }} {{ 2.567|round(2) }} {{ 7|round }} {{ 2.1|round(0, \"ceil\") }} {{ 2.19|round(1, "
     "\"floor\") }} {{ 2.1|round(method=\"ceil\") }} {{ 25|round(-1) }}",
     "2.0 2.57 7 3.0 2.1 3.0 20"},
    {"{{ -3|abs }} {{ -2.5|abs }}", "3 2.5"},
    {"{{ \"abc\"|list }} {{ (1, 2)|list }} {{ range(3)|list }} {{ d|list }}",
     "['a', 'b', 'c'] [1, 2] [0, 1, 2] ['a', 'b']"},
    {"{{ l|join }} {{ l|join(\",\") }} {{ [\"a\", 1, 2.5]|join(\"-\") }} {{ []|join(\",\") }} {{ "
     "\"abc\"|join(\".\") }}",
     "123 1,2,3 a-1-2.5  a.b.c"},
    {"{{ 1|string ~ \"a\" }} {{ l|string }} {{ 1.0|string }}", "1a [1, 2, 3] 1.0"},
    {"{{ s|upper }} {{ \"AB\"|lower }} {{ \" a \"|trim }} {{ \"xax\"|trim(\"x\") }} {{ "
     "\"aba\"|replace(\"a\", \"c\") }}",
     "SOME TEXT ab a a cbc"},
    {"{{ l|first }} {{ l|last }} {{ \"abc\"|first }} {{ \"abc\"|last }}", "1 3 a c"},
    {"{{ [3, 1, 2]|sort }} {{ [\"b\", \"A\", \"c\"]|sort }} {{ [\"b\", \"A\"]|sort(case_sensitive=true) }} "
     "{{ [3, 1]|sort(reverse=true) }} {{ []|sort }} {{ [{\"a\": 2}, {\"a\": 1}]|sort(attribute=\"a\") }} {{ "
     "[2, 1.5, 1]|sort }} {{ [1, 1.0, true]|sort }}",
     "[1, 2, 3] ['A', 'b', 'c'] ['A', 'b'] [3, 1] [] [{'a': 1}, {'a': 2}] [1, 1.5, 2] [1, 1.0, True]"},
    {"{{ [1, 2, 1]|unique|list }} {{ [\"a\", \"A\"]|unique|list }} {{ [\"a\", \"A\"]|unique(true)|list }} {{ "
     "[]|unique|list }}",
     "[1, 2] ['a'] ['a', 'A'] []"},
    {"{{ [\"1\", \"2\"]|map(\"int\")|list }} {{ l|map(\"string\")|join(\",\") }} {{ [{\"a\": "
     "1}]|map(attribute=\"a\")|list }} {{ [\"a\"]|map(\"replace\", \"a\", \"b\")|list }} {{ "
     "[]|map(\"int\")|list }}",
     "[1, 2] 1,2,3 [1] ['b'] []"},
    {"{{ \"abc\"|reverse }} {{ l|reverse|list }} {{ range(3)|reverse|list }}", "cba [3, 2, 1] [2, 1, 0]"},
    {"{{ l|select(\"odd\")|list }} {{ l|reject(\"odd\")|list }} {{ [0, 1]|select|list }} {{ "
     "l|select(\"divisibleby\", 3)|list }} {{ []|select(\"odd\")|list }} {{ [0, 1]|reject|list }}",
     "[1, 3] [2] [1] [3] [] [0]"},
    {"{{ n|halve }}", "!f.yaml:1: No filter named 'halve'"},
    {"{{ n|defaul(3) }}", "!f.yaml:1: No filter named 'defaul'; did you mean 'default'?"},
    {"{% if 0 %}{{ n|halve }}{% endif %}a", "a"},
    {"{% if 1 %}{{ n|halve }}{% endif %}", "!f.yaml:1: No filter named 'halve'"},
    {"{{ n|halve if 0 else 1 }}", "1"}, {"{{ n|halve if 1 else 1 }}", "!f.yaml:1: No filter named 'halve'"},
    {"{{ [n|halve] }}", "!f.yaml:1: No filter named 'halve'"},
    {"{{ n| }}", "!f.yaml:1: a name is expected here"}, {"{{ n|5 }}", "!f.yaml:1: a name is expected here"},
    {"{{ 5|join }}", "!f.yaml:1: 'int' object is not iterable"}, {"{{ 5|upper }}", "5"},
    {"{{ 5|first }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ []|first }}", "!f.yaml:1: No first item, sequence was empty."},
    {"{{ []|min }}", "!f.yaml:1: No aggregated item, sequence was empty."},
    {"{{ 5|sort }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ [1, \"a\"]|sort }}", "!f.yaml:1: '<' not supported between instances of 'str' and 'int'"},
    {"{{ 5|unique }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ 5|map(\"int\") }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ l|map }}",
     "!f.yaml:1: map needs the name of a filter, as in map('int'), or attribute='\xe2\x80\xa6'"},
    {"{{ l|map(5) }}",
     "!f.yaml:1: map needs the name of a filter, as in map('int'), or attribute='\xe2\x80\xa6'"},
    {"{{ l|map(\"halve\") }}", "!f.yaml:1: No filter named 'halve'"},
    {"{{ l|map(filter=\"int\") }}",
     "!f.yaml:1: map needs the name of a filter, as in map('int'), or attribute='\xe2\x80\xa6'"},
    {"{{ [5]|map(attribute=\"a\")|list }}", "[Undefined]"},
    {"{{ 5|map(attribute=\"a\") }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ [\"a\"]|map(\"abs\")|list }}", "!f.yaml:1: bad operand type for abs(): 'str'"},
    {"{{ l|select(\"halve\") }}", "!f.yaml:1: No test named 'halve'"},
    {"{{ 5|select }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ [\"a\"]|select(\"odd\")|list }}", "!f.yaml:1: not all arguments converted during string formatting"},
    {"{{ 5|reverse }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ 5|sum }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ 2.5|round(1, \"up\") }}", "!f.yaml:1: method must be common, ceil or floor"},
    {"{{ \"a\"|round(0, \"ceil\") }}", "!f.yaml:1: must be real number, not str"},
    {"{{ 2|round(1, 2, 3, 4) }}", "!f.yaml:1: round takes 3 positional arguments but 5 were given"},
    {"{{ 5|int(1, 2, 3) }}", "!f.yaml:1: int takes 3 positional arguments but 4 were given"},
    {"{{ l|sort(foo=1) }}", "!f.yaml:1: sort got an unexpected keyword argument 'foo'"},
    {"{{ l|unique(1, 2, 3) }}", "!f.yaml:1: unique takes 3 positional arguments but 4 were given"},
    {"{{ l|max(1, 2, 3) }}", "!f.yaml:1: max takes 3 positional arguments but 4 were given"},
    {"{{ [1, \"a\"]|max }}", "!f.yaml:1: '<' not supported between instances of 'str' and 'int'"},
    {"{{ n|default(1, 2, 3) }}", "!f.yaml:1: default takes 3 positional arguments but 4 were given"},
    {"{{ q|default(1, boolean=q) }}", "1"},
};

/* of 10 section 3.5 */
static const row tests[] = {
    {"{{ none is none }} {{ 1 is number }} {{ 1.5 is number }} {{ true is number }} {{ \"a\" is string }} {{ "
     "d is mapping }} {{ l is sequence }} {{ \"a\" is sequence }} {{ d is sequence }} {{ 1 is sequence }}",
     "True True True True True True True True True False"},
    {"{{ l is iterable }} {{ 1 is iterable }} {{ \"a\" is iterable }} {{ d is iterable }} {{ range(3) is "
     "iterable }}",
     "True False True True True"},
    {"{{ 2 is even }} {{ 3 is odd }} {{ 4 is odd }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ -3 "
     "is odd }}",
     "True True False True False True"},
    {"{{ true is true }} {{ 1 is true }} {{ false is false }} {{ 0 is false }}", "True False True False"},
    {"{{ 1 is integer }} {{ true is integer }} {{ 10**30 is integer }} {{ 1.5 is float }} {{ true is boolean "
     "}} {{ 1 is boolean }} {{ max is callable }} {{ 1 is callable }}",
     "True False 10 True True False True False"},
    {"{{ 1 is not number }} {{ n is not none and n is number }} {{ not n is none }}", "False True True"},
    {"{{ 1 is eq 1 }} {{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 2 is le 2 }} {{ 3 is gt 2 }} {{ 2 is ge 3 }} {{ 1 "
     "is equalto 1 }} {{ 1 is lessthan 2 }} {{ 1 is greaterthan 2 }} {{ 3 is le 2 }} {{ 3 is ge 2 }} {{ 1 is "
     "in l }} {{ 1 is in([2]) }}",
     "True True True True True False True True False False True True False"},
    {"{{ n is divisibleby [1] }}", "!f.yaml:1: unsupported operand type(s) for %: 'int' and 'list'"},
    {"{{ n is seven }}", "!f.yaml:1: No test named 'seven'; did you mean 'even'?"},
    {"{{ n is }}", "!f.yaml:1: a name is expected here"},
    {"{{ 1 is lt \"a\" }}", "!f.yaml:1: '<' not supported between instances of 'int' and 'str'"},
    {"{{ 1 is eq }}", "!f.yaml:1: the test 'eq' needs one argument"},
    {"{{ 1 is in }}", "!f.yaml:1: the test 'in' needs one argument"},
    {"{{ 1 is in 5 }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ \"a\" is odd }}", "!f.yaml:1: not all arguments converted during string formatting"},
};

/* set, if, for, with, macro, assert (10 section 3.4) */
static const row statements[] = {
    {"{% set x = 5 %}{{ x }} {% set a, b = 1, 2 %}{{ a + b }} {% set (c, e) = [3, 4] %}{{ c }}{{ e }} {% set "
     "x = x + 1 %}{{ x }}",
     "5 3 34 6"},
    {"{% set x %}text {{ n }}{% endset %}{{ x }} {{ x|length }}", "text 7 6"},
    {"{% set t2 = 1, 2 %}{{ t2 }}", "(1, 2)"},
    {"{% if n > 3 %}a{% elif n > 2 %}b{% else %}c{% endif %}{% if n < 3 %}a{% elif n > 2 %}b{% else %}c{% "
     "endif %}{% if n < 3 %}a{% elif n < 2 %}b{% else %}c{% endif %}",
     "abc"},
    {"{% if 1 %}{% set v = 3 %}{% endif %}{{ v }}", "3"}, {"{% if 0 %}x{% elif 0 %}y{% endif %}z", "z"},
    {"{% for i in l %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}", "1,2,3"},
    {"{% for i in [] %}x{% else %}none{% endfor %}{% for i in l %}x{% else %}none{% endfor %}", "nonexxx"},
    {"{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for (k, v) in [[1, 2]] %}{{ k }}{{ v }}{% "
     "endfor %}",
     "a=1.5;b=x;12"},
    {"{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first "
     "}}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}",
     "1032TrueFalse310 2121FalseFalse310 3210FalseTrue310 "},
    {"{% for i in l %}{{ loop.previtem|default(\"-\") }}{{ loop.nextitem|default(\"-\") }} {% endfor %}",
     "-2 13 2- "},
    {"{% for i in l %}{% for j in l %}{{ i * j }}{{ loop.depth }}{{ loop.index }} {% endfor %}{{ loop.index "
     "}}{% endfor %}",
     "111 212 313 1211 412 613 2311 612 913 3"},
    {"{% for i in range(9) if i is odd %}{{ loop.index0 }}{{ i }} {% endfor %}{% for i in l if i > 9 %}x{% "
     "else %}none{% endfor %}",
     "01 13 25 37 none"},
    {"{% for i in 1, 2 %}{{ i }}{% endfor %}{% for c in \"abc\" %}{{ c }}.{% endfor %}{% for k in d %}{{ k "
     "}}{% endfor %}",
     "12a.b.c.ab"},
    {"{% set m = 1 %}{% for i in l %}{% set m = m + i %}{{ m }}{% endfor %}{{ m }}", "2341"},
    {"{% with %}{% set y = 1 %}{{ y }}{% endwith %}{% with a = 1, b = n %}{{ a + b }}{% endwith %}{% with a "
     "= 1 %}{% set a = 2 %}{{ a }}{% endwith %}",
     "182"},
    {"{% macro m(a, b=2) %}[{{ a }}-{{ b }}]{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=5, a=4) }}{{ "
     "m(\"x\")|upper }}",
     "[1-2][1-3][4-5][X-2]"},
    {"{% macro f(i) %}{{ i }}{% if i > 1 %}{{ f(i - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "321"},
    {"{% macro e() %}x{% endmacro %}{{ e() }}{{ e() ~ 1 }}", "xx1"},
    {"{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}{{ m(1) }}", "FalseTrue"},
    {"{% assert n == 7 %}ok{% assert true, \"not told\" %}", "ok"},
    {"{% assert n == 8 %}", "!f.yaml:1: assertion failed on line 1"},
    {"{% assert n == 8, \"n is \" ~ n %}", "!f.yaml:1: n is 7"},
    {"a\n{% assert false %}", "!f.yaml:2: assertion failed on line 2"},
    {"{% assert false, \"\" %}", "!f.yaml:1: assertion failed on line 1"},
    {"{% assert q %}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% assert false, q %}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% assert %}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{% assert 1 2 %}", "!f.yaml:1: expected '%}' to end this tag, found '2 %}'"},
    {"{% set %}", "!f.yaml:1: a name is expected here, found '%}'"},
    {"{% set 5 = 1 %}", "!f.yaml:1: a name is expected here, found '5 = 1 %}'"},
    {"{% set x 5 %}", "!f.yaml:1: expected '%}' to end this tag, found '5 %}'"},
    {"{% set x = %}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{% set x = 5", "!f.yaml:1: expected '%}' to end this tag, found 'the end of the line'"},
    {"{% set a, b = [1] %}", "!f.yaml:1: 1 values for 2 names"},
    {"{% set a, b = 5 %}", "!f.yaml:1: 'int' object is not iterable"},
    {"{% set (a, b = [1, 2] %}", "!f.yaml:1: expected ')' after the names, found '= [1, 2] %}'"},
    {"{% set d. = 5 %}", "!f.yaml:1: a name is expected here, found '= 5 %}'"},
    {"{% set n.x = 5 %}", "!f.yaml:1: cannot assign attribute 'x' of 'n': it is no namespace"},
    {"{% set x %}a", "!f.yaml:1: a statement that starts here is never ended by 'endset'"},
    {"{% set x %}{{ q }}{% endset %}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% if %}{% endif %}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{% if n %}{% else %}{% else %}{% endif %}",
     "!f.yaml:1: 'else' ends nothing that was begun: 'endif' is expected"},
    {"{% if n %}{% elif %}{% endif %}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{% if n %}{% endfor %}", "!f.yaml:1: 'endfor' ends nothing that was begun: 'endif' is expected"},
    {"{% endif %}", "!f.yaml:1: 'endif' ends nothing that was begun"},
    {"{% else %}", "!f.yaml:1: 'else' ends nothing that was begun"},
    {"{% elif 1 %}", "!f.yaml:1: 'elif' ends nothing that was begun"},
    {"{% for i l %}{% endfor %}", "!f.yaml:1: expected 'in' after the names of a for"},
    {"{% for in l %}{% endfor %}", "!f.yaml:1: expected 'in' after the names of a for"},
    {"{% for i in %}{% endfor %}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{% for i in 5 %}{% endfor %}", "!f.yaml:1: 'int' object is not iterable"},
    {"{% for a, b in [1] %}{% endfor %}", "!f.yaml:1: 'int' object is not iterable"},
    {"{% for a, b in [[1]] %}{% endfor %}", "!f.yaml:1: 1 values for 2 names"},
    {"{% for a, b in [[1, 2, 3]] if a %}{% endfor %}", "!f.yaml:1: 3 values for 2 names"},
    {"{% for i in l if %}{% endfor %}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{% for i in l if q %}{% endfor %}",
     "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% for i in l %}{{ q }}{% endfor %}",
     "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% for i in l %}{% else %}", "!f.yaml:1: a statement that starts here is never ended by 'endfor'"},
    {"{% for i in [] %}{% else %}{{ q }}{% endfor %}",
     "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% for i in l %}{{ loop.nothing }}{% endfor %}",
     "!f.yaml:1: 'LoopContext object' has no attribute 'nothing'"},
    {"{{ loop.index }}", "!f.yaml:1: 'loop' is undefined (-D loop=\xe2\x80\xa6 gives it a value)"},
    {"{% with a %}{% endwith %}", "!f.yaml:1: '=' and a value are expected after 'a'"},
    {"{% with a = q %}{{ a }}{% endwith %}",
     "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% with a = %}{% endwith %}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{% with 5 = 1 %}{% endwith %}", "!f.yaml:1: a name is expected here, found '5 = 1 %}{% endwith %}'"},
    {"{% with a = 1 %}", "!f.yaml:1: a statement that starts here is never ended by 'endwith'"},
    {"{% macro %}{% endmacro %}", "!f.yaml:1: a name is expected here, found '%}{% endmacro %}'"},
    {"{% macro m %}{% endmacro %}",
     "!f.yaml:1: expected '(' after the name of a macro, found '%}{% endmacro %}'"},
    {"{% macro m(%}{% endmacro %}", "!f.yaml:1: a name is expected here, found '%}{% endmacro %}'"},
    {"{% macro m(a %}{% endmacro %}", "!f.yaml:1: expected ')' here, found '%}{% endmacro %}'"},
    {"{% macro m(a=) %}{% endmacro %}", "!f.yaml:1: a value is expected here"},
    {"{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}", "!f.yaml:1: parameter 'a' was not provided"},
    {"{% macro m(a) %}{{ q }}{% endmacro %}{{ m(1) }}",
     "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
     "!f.yaml:1: macro 'm' takes not more than 1 argument(s)"},
    {"{% macro m(a) %}{% endmacro %}{{ m(b=2) }}", "!f.yaml:1: macro 'm' takes no keyword argument 'b'"},
    {"{% macro m(a=q) %}{{ a }}{% endmacro %}{{ m() }}",
     "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% macro m(a) %}{{ m(a) }}{% endmacro %}{{ m(1) }}",
     "!f.yaml:1: macros call each other more than 50 deep"},
    {"{% macro m(a) %}", "!f.yaml:1: a statement that starts here is never ended by 'endmacro'"},
    {"{% sett x = 1 %}",
     "!f.yaml:1: unsupported Jinja statement 'sett' (did you mean 'set'?): set, if, for, with, macro, call, "
     "filter, block, print, raw and assert can be used"},
    {"{% include \"x\" %}",
     "!f.yaml:1: unsupported Jinja statement 'include': set, if, for, with, macro, call, filter, block, "
     "print, raw and assert can be used; files are read by {{ include('FILE') }}"},
    {"{% do 1 %}",
     "!f.yaml:1: unsupported Jinja statement 'do': set, if, for, with, macro, call, filter, block, print, "
     "raw and assert can be used"},
    {"{% endsett %}", "!f.yaml:1: 'endsett' ends nothing that was begun"},
    {"{% if n %}{% endiff %}",
     "!f.yaml:1: unsupported Jinja statement 'endiff' (did you mean 'endif'?): set, if, for, with, macro, "
     "call, filter, block, print, raw and assert can be used"},
    {"{% endraw %}", "!f.yaml:1: 'endraw' ends nothing that was begun"},
};

/* failures inside of every part */
static const row parts[] = {
    {"{{ [1, q + 1] }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ l|join(q) }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q|join }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ 5|list }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ l|map(\"round\", q)|list }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ l|sum(q) }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ \"a\"|int(q) }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ [[\"a\"]]|sort|first }}", "['a']"},
    {"{{ [\"a\", 5]|unique|list }}", "['a', 5]"},
    {"{{ [[1], [2]]|map(\"first\")|list }}", "[1, 2]"},
    {"{{ [5]|map(\"first\")|list }}", "!f.yaml:1: 'int' object is not iterable"},
    {"{{ 1 is lt q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q is lt 1 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q is even }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ 1 is in q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ 1 if q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ 1 if q else 2 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q if 1 else 2 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q and 1 }}{{ 1 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ 1 and q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q or 1 }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ [q]|length }}", "1"},
    {"{{ (q, 1)|length }}", "2"},
    {"{{ {\"a\": q}|length }}", "1"},
    {"{{ \"a\" ~ q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ -q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ q in l }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ 1 in q }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ l[1:q] }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ l[q] }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ m.n }}", "!f.yaml:1: 'm' is undefined (-D m=\xe2\x80\xa6 gives it a value)"},
    {"{{ d[\"a\"][\"b\"] }}", "!f.yaml:1: 'float object' has no attribute 'b'"},
    {"{{ s.nothing() }}", "!f.yaml:1: 'str object' has no attribute 'nothing'"},
    {"{{ l.0.a }}", "!f.yaml:1: 'int object' has no attribute 'a'"},
    {"{{ l.a }}", "!f.yaml:1: 'list object' has no attribute 'a'"},
    {"{{ n.real }}", "!f.yaml:1: 'int object' has no attribute 'real'"},
    {"{{ loop }}", "!f.yaml:1: 'loop' is undefined (-D loop=\xe2\x80\xa6 gives it a value)"},
    {"{{ range(q) }}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{{ {1: 2}[1] }}{{ {1: 2}.1 }}", "22"},
    {"{{ max }}", "<built-in function max>"},
    {"{% if q %}a{% endif %}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% if 1 < q %}a{% endif %}", "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% if 0 %}a{% elif q %}b{% endif %}",
     "!f.yaml:1: 'q' is undefined (-D q=\xe2\x80\xa6 gives it a value)"},
    {"{% set x = q %}{{ x is defined }}", "False"},
    {"{% set x = 1/0 %}", "!f.yaml:1: division by zero"},
    {"{% set x, y = 1 / 0 %}", "!f.yaml:1: division by zero"},
    {"{% for i in 1/0 %}{% endfor %}", "!f.yaml:1: division by zero"},
    {"{% for i in l if 1/0 %}{% endfor %}", "!f.yaml:1: division by zero"},
    {"{% for i in l if i > 1 %}{{ 1/0 }}{% endfor %}", "!f.yaml:1: division by zero"},
    {"{% for i in l %}{{ i }}{% endfor %}{{ i }}",
     "!f.yaml:1: 'i' is undefined (-D i=\xe2\x80\xa6 gives it a value)"},
    {"{% for i in l ifx %}{% endfor %}",
     "!f.yaml:1: expected '%}' to end this tag, found 'ifx %}{% endfor %}'"},
    {"{% for i in l if(i > 1) %}{{ i }}{% endfor %}", "23"},
    {"{% with a = 1/0 %}{% endwith %}", "!f.yaml:1: division by zero"},
    {"{% with a = 1, %}{% endwith %}", "!f.yaml:1: a name is expected here, found '%}{% endwith %}'"},
    {"{% with a = 1 b = 2 %}{% endwith %}",
     "!f.yaml:1: expected '%}' to end this tag, found 'b = 2 %}{% endwith %}'"},
    {"{% with a = 1 %}{{ 1/0 }}{% endwith %}", "!f.yaml:1: division by zero"},
    {"{% macro m(a, b) %}{{ 1/0 }}{% endmacro %}{{ m(1) }}", "!f.yaml:1: division by zero"},
    {"{% macro m(a=1/0) %}{% endmacro %}{{ m() }}", "!f.yaml:1: division by zero"},
    {"{% macro m(a b) %}{% endmacro %}", "!f.yaml:1: expected ')' here, found 'b) %}{% endmacro %}'"},
    {"{% macro m(5) %}{% endmacro %}", "!f.yaml:1: a name is expected here, found '5) %}{% endmacro %}'"},
    {"{% set x %}{{ 1/0 }}{% endset %}", "!f.yaml:1: division by zero"},
    {"{% set x.y %}a{% endset %}", "!f.yaml:1: cannot assign attribute 'y' of 'x': it is no namespace"},
    {"{% assert 1/0 %}", "!f.yaml:1: division by zero"},
    {"{% assert 0, 1/0 %}", "!f.yaml:1: division by zero"},
    {"{% assert n == 7, %}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{{ \"a\\x4\" }}", "!f.yaml:1: this string holds an escape for no character"},
    {"{{ 'a", "!f.yaml:1: unterminated string literal"},
    {"{{ 1__0 }}", "!f.yaml:1: invalid decimal literal"},
    {"{{ $ }}", "!f.yaml:1: invalid character"},
    {"{{ n | }}", "!f.yaml:1: a name is expected here"},
    {"{{ n is not }}", "!f.yaml:1: a name is expected here"},
    {"{{ n.5.a }}", "!f.yaml:1: 'int object' has no element 5"},
    {"{{ n. }}", "!f.yaml:1: a name is expected after '.'"},
    {"{{ l[ }}", "!f.yaml:1: a value is expected here"},
    {"{{ l[] }}", "!f.yaml:1: an index is expected here"},
    {"{{ (1 }}", "!f.yaml:1: ')' is expected here"},
    {"{{ [1 }}", "!f.yaml:1: ']' is expected here"},
    {"{{ {1 }}", "!f.yaml:1: expected '}}' to end this tag, found '}'"},
    {"{{ {1: }}", "!f.yaml:1: a value is expected here"},
    {"{{ {1: 2 3} }}", "!f.yaml:1: '}' is expected here"},
    {"{{ max(1 2) }}", "!f.yaml:1: ')' is expected here"},
    {"{{ max(a=) }}", "!f.yaml:1: a value is expected here"},
    {"{{ 1 if }}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{{ 1 else 2 }}", "!f.yaml:1: expected '}}' to end this tag, found 'else 2 }}'"},
    {"{{ not }}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{{ 1 + }}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{{ 1 ~ }}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{{ 1 < }}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{{ 1 in }}", "!f.yaml:1: the expression ends where a value is expected"},
    {"{{ lambda x: x }}", "!f.yaml:1: expected '}}' to end this tag, found 'x: x }}'"},
    {"{{ class }}", "!f.yaml:1: 'class' is undefined (-D class=\xe2\x80\xa6 gives it a value)"},
};

/* Each rendered line knows its line in the template. */
static void check_lines(void)
{
    static const int want[] = {1, 3, 3, 3, 5};
    af_arena *arena = af_arena_new();
    af_report *report = af_report_new("test");
    af_rendered out = {0};
    CHECK(!af_render_jinja("a\n{# x\n #}{% for i in l %}{{ i }}{% if not loop.last %}{{ '\\n' }}{% endif "
                           "%}{% endfor %}\n\nb", "f.yaml",
                           data(arena), &out, arena, report));
    CHECK(out.n_lines == 6 && out.lines[0] == 1 && out.lines[5] == 5);
    for (int i = 1; i < 4 && i < out.n_lines; i++)
        CHECK(out.lines[i] == want[i] || out.lines[i] == 2);
    af_rendered_free(&out);
    af_report_free(report);
    af_arena_free(arena);
}

/* What a template may not take. */
static const row endless[] = {
    {"{% set d.z = 5 %}{{ d.z }}{% set d.z = d.z + 1 %}{{ d.z }}", "56"},
    {"{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
     "!f.yaml:1: more than 32 MiB are needed"},
    {"{% set x = 'a' * 999999 %}{% for i in range(99) %}{{ x }}{% endfor %}",
     "!f.yaml:1: the rendered text is larger than 32 MiB"},
    {"{% set x = 'a' * 99999999 %}", "!f.yaml:1: the result is too large"},
    {"{{ ['a' * 999999] * 40 }}", "!f.yaml:1: the rendered text is larger than 32 MiB"},
    {"{{ (['a' * 999999] * 40)|join }}", "!f.yaml:1: more than 32 MiB are needed"},
    {"{{ range(999)|list|sort|unique|list|length }}{{ range(400000)|list|length }}", "999400000"},
    {"{{ range(9999)|unique|list }}", "!f.yaml:1: the expression takes too many steps"},
};

int main(void)
{
    CHECK_TEMPLATES(text);
    CHECK_TEMPLATES(printing);
    CHECK_TEMPLATES(operators);
    CHECK_TEMPLATES(items);
    CHECK_TEMPLATES(undefined);
    CHECK_TEMPLATES(filters);
    CHECK_TEMPLATES(tests);
    CHECK_TEMPLATES(statements);
    CHECK_TEMPLATES(parts);
    CHECK_TEMPLATES(endless);
    check_lines();
    return test_end("jinja");
}
