# Bash completion of qiyue(1). Installed as qiyue in bash-completion's folder; or: source completions/qiyue.bash

_qiyue() {
    local cur prev command="" word i
    local common="--quiet --json --lang --color --help"
    local reading="--rules --threads --chunk --memory"
    cur=${COMP_WORDS[COMP_CWORD]}
    prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()

    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word != -* && ${COMP_WORDS[i - 1]} != --lang ]]; then
            command=$word
            break
        fi
    done
    # "--option=value" comes as three words.
    [[ $cur == "=" ]] && cur=""
    [[ $prev == "=" ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}

    case $prev in
        --lang) mapfile -t COMPREPLY < <(compgen -W "zh en" -- "$cur"); return ;;
        --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur"); return ;;
        --digest) mapfile -t COMPREPLY < <(compgen -W "sha256 none" -- "$cur"); return ;;
        --size) mapfile -t COMPREPLY < <(compgen -W "district city province ten-provinces" -- "$cur"); return ;;
        --out | -o | --rules) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
        --with) mapfile -t COMPREPLY < <(compgen -f -X '!*.sql' -- "$cur"; compgen -d -- "$cur"); return ;;
        --threads | --chunk | --memory | --communities | --logs | --responses | --service | --seed | --period) return ;;
    esac

    if [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "run check init simulate import show rules version --help --version --lang" -- "$cur")
        return
    fi
    if [[ $cur == -* ]]; then
        case $command in
            run) word="--out $reading --digest" ;;
            check) word=$reading ;;
            init) word="--period" ;;
            simulate) word="--size --communities --logs --responses --service --seed --period --dirty" ;;
            import) word="--with --out" ;;
            *) word="" ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$word $common" -- "$cur")
        return
    fi
    case $command in
        show) [[ $COMP_CWORD -gt $((i + 1)) ]] && { mapfile -t COMPREPLY < <(compgen -W "stars ranks summary" -- "$cur"); return; } ;;
        rules) [[ $COMP_CWORD -eq $((i + 1)) ]] && { mapfile -t COMPREPLY < <(compgen -W "test" -- "$cur"); return; } ;;
    esac
    mapfile -t COMPREPLY < <(compgen -d -- "$cur")
}

complete -o filenames -F _qiyue qiyue
