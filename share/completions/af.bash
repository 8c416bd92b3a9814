# Completion for bash (zsh: after `autoload bashcompinit && bashcompinit`): options as `TOOL --help` lists them,
# files, and after --explain the classes of the schema (af-parse) or the component classes (af-area).
_af()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    if [[ "${1##*/} $before" =~ ^af-(parse|area)' --explain'$ ]]; then  # --explain of af-model stands alone
        local classes
        classes=$("$1" --explain all 2>/dev/null | sed -n 's/^\([A-Za-z0-9]*\):.*/\1/p')
        COMPREPLY=($(compgen -W "all $classes" -- "$word"))
        return
    fi
    case $word in
    -*) COMPREPLY=($(compgen -W "$("$1" --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*' | sort -u)" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
    esac
}
complete -o filenames -F _af af-parse af-eval af-pmap af-join af-model af-area af-render
