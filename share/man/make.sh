#!/bin/sh
# Manual pages out of their .in files: @OPTIONS@ becomes what `TOOL --help` lists, @SCHEMA@ what `af-parse --explain all` says, so that neither can age.
#
#   make.sh BIN PAGE.in > PAGE        BIN: folder of the tools
set -eu
bin=$1 page=$2
tool=$(basename "$page" | sed 's/\.[0-9]\.in$//')
options() {
    "$bin/$tool" --help | sed 's/…/.../g' | awk '
        /^ {30}/ { sub(/^ +/, ""); held = held " " $0; next }          # a long text goes on
        { if (held != "") print held; held = $0 }
        END { print held }' | awk '
        /^  / {
            line = substr($0, 3); sub(/^ +/, "", line)
            cut = match(line, /  +/)
            if (!cut) { print line; next }
            name = substr(line, 1, cut - 1); text = substr(line, cut); sub(/^ +/, "", text)
            gsub(/-/, "\\-", name); gsub(/\\/, "\\\\", text); gsub(/\\\\-/, "\\-", text)
            printf ".TP\n.B %s\n%s\n", name, text
        }'
}
schema() {
    "$bin/af-parse" --explain all | awk '
        function roff(s) { gsub(/\\/, "\\e", s); gsub(/^[.'"'"']/, "\\\\\\&&", s); return s }
        /^[A-Za-z]/ { cut = index($0, ":"); printf ".SS %s\n%s\n", substr($0, 1, cut - 1), roff(substr($0, cut + 2)); next }
        /^      / { sub(/^ +/, ""); printf ".br\n.RI ( %s )\n", "\"" roff($0) "\""; next }
        /^  / { sub(/^ +/, ""); cut = index($0, ":"); printf ".TP\n.B %s\n%s\n", substr($0, 1, cut - 1), roff(substr($0, cut + 2)) }'
}
while IFS= read -r line; do
    case $line in
    @OPTIONS@) options ;;
    @SCHEMA@) schema ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$page"
