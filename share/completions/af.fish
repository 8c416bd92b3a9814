# Completion for fish: options with what they mean and what they take, as the tools say themselves (words.sh); else
# names of files. AF_COMPLETIONS: the folder of words.sh, if it is not the installed one.
function __af_words
    set -l folder @share@/completions
    set -q AF_COMPLETIONS; and set folder $AF_COMPLETIONS
    sh $folder/words.sh $argv
end

# What may follow the option before the cursor; nothing: it takes none, or anything.
function __af_values
    set -l tokens (commandline -opc)
    set -l option $tokens[-1]
    set -l word (commandline -ct)
    if string match -q -- '--*=*' $word
        set option (string split -m1 = -- $word)[1]
    end
    string match -q -- '-*' $option; and __af_words values $tokens[1] $option $tokens[2..-1]
end

function __af_complete
    set -l word (commandline -ct)
    set -l given ''
    string match -q -- '--*=*' $word; and set given (string replace -r '=.*' '=' -- $word)
    set -l values (__af_values)
    if test "$values" = FILES
        __fish_complete_path (string replace -r '^--[^=]*=' '' -- $word)
    else if test (count $values) -gt 0
        if string match -q '*,*' -- $word
            set given (string replace -r ',[^,]*$' ',' -- $word)
        end
        printf "$given%s\n" $values
    else if string match -q -- '-*' $word
        __af_words options (commandline -opc)[1]
    else
        __fish_complete_path $word
    end
end

for tool in af-parse af-eval af-pmap af-join af-model af-area af-render
    complete -c $tool -f -a '(__af_complete)'
end
