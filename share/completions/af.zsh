#compdef af-parse af-eval af-pmap af-join af-model af-area af-render
# Completion for zsh: options with what they mean and what they take, as the tools say themselves (words.sh); else
# names of files. AF_COMPLETIONS: the folder of words.sh, if it is not the installed one.
_af()
{
    local script=${AF_COMPLETIONS:-@share@/completions}/words.sh word=$words[CURRENT] before=$words[CURRENT-1]
    local -a values options
    local name help
    if [[ $word == --*=* ]]; then
        before=${word%%=*}
        compset -P '*='
    fi
    if (( CURRENT > 2 )) && [[ $before == -* ]] || [[ $word == --*=* ]]; then
        values=(${(f)"$(sh $script values $words[1] $before ${words[2,-1]})"})
        if [[ $values == FILES ]]; then
            _files
            return
        elif (( $#values )); then
            compset -P '*,'
            if [[ $values[1] == *= ]]; then compadd -S '' -a values; else compadd -a values; fi
            return
        fi
    fi
    if [[ $word == -* ]]; then
        sh $script options $words[1] | while IFS=$'\t' read -r name help; do options+=("$name:${help//:/\\:}"); done
        _describe -o option options
    else
        _files
    fi
}
if [[ $funcstack[1] == _af ]]; then _af "$@"; else compdef _af af-parse af-eval af-pmap af-join af-model af-area af-render; fi
