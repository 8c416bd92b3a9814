# Completion for bash: options and what they take, as the tools say themselves (words.sh); else names of files.
# AF_COMPLETIONS: the folder of words.sh, if it is not the one where make install or the source has it.
_af_words=${AF_COMPLETIONS:-@share@/completions}/words.sh
[ -e "$_af_words" ] || _af_words=${BASH_SOURCE[0]%/*}/words.sh

_af()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} values
    # bash takes = for a word of its own: --reservations = rows
    [ "$word" = = ] && word=
    [ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}
    case $before in
    -*) values=$(sh "$_af_words" values "$1" "$before" "${COMP_WORDS[@]:1}") ;;
    esac
    if [ -n "$values" ] && [ "$values" != FILES ]; then
        local done=
        case $word in *,*) done=${word%,*}, ;; esac         # one more of several
        COMPREPLY=($(compgen -P "$done" -W "$values" -- "${word##*,}"))
        [ "${#COMPREPLY[@]}" != 1 ] || case ${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac
        return
    fi
    case $word in
    -*) COMPREPLY=($(compgen -W "$(sh "$_af_words" options "$1" | cut -f1)" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
    esac
}
complete -o filenames -F _af af-parse af-eval af-pmap af-join af-model af-area af-render
