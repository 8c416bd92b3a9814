# For the completions of bash, zsh and fish: what may stand where, asked of the tools themselves, so that it
# cannot be of another version.
#
#   sh words.sh options TOOL            NAME<TAB>HELP of each: --long, and -letter
#   sh words.sh values TOOL OPTION [ARGUMENT...]
#                                       what may follow OPTION (--long or -letter) on a line with these arguments:
#                                       words; "FILES": names of files
set -u
tab=$(printf '\t')

options() {
    "$1" --list-options 2>/dev/null | while IFS= read -r line; do
        letter=${line%%"$tab"*} rest=${line#*"$tab"}
        name=${rest%%"$tab"*} help=${line##*"$tab"}
        printf -- '--%s\t%s\n' "$name" "$help"
        [ -z "$letter" ] || printf -- '-%s\t%s\n' "$letter" "$help"
    done
}

# Of the files on the line that hold records: the names that stand under a key there.
names_in() { # key, argument…
    key=$1
    shift
    for file; do
        [ -f "$file" ] && grep -o "\"$key\":\"[^\"]*\"" "$file"
    done 2>/dev/null | sed 's/.*:"//; s/"$//' | sort -u
}

yaml_files() {
    for file; do
        case $file in *.yaml|*.yml) [ ! -f "$file" ] || printf '%s\n' "$file" ;; esac
    done
}

values() { # tool, option, argument…
    tool=$1 option=$2
    shift 2
    "$tool" --list-options 2>/dev/null | awk -F'\t' -v o="$option" '"--" $2 == o || ($1 != "" && "-" $1 == o) { print $3 "\t" $4 "\t" $5; exit }' |
    { IFS= read -r line || exit 0
        kind=${line%%"$tab"*} rest=${line#*"$tab"}
        argument=${rest%%"$tab"*} choices=${rest#*"$tab"}
        [ "$kind" != flag ] || exit 0
        [ -z "$choices" ] || { printf '%s\n' $choices; exit 0; }
        case $argument in
        COMPONENT*) names_in component "$@" ;;
        EINSUM*) names_in einsum "$@" ;;
        PATH*) IFS='
'
            "$tool" --list-paths $(yaml_files "$@") 2>/dev/null | sed 's/$/=/' ;;
        CLASS) "$tool" --explain all 2>/dev/null | sed -n 's/^\([A-Za-z0-9]*\):.*/\1/p; $s/.*/all/p' ;;
        FILE|FOLDER) echo FILES ;;
        esac
    }
}

"$@"
