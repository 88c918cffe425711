//! What is made of the definition of the command line.

use std::fs;

use crate::run::{persist, said};

/// The commands, as `help` lists them.
fn commands() -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let (_, help, _) = said(&persist(dir.path(), &["help"]));
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines.map_while(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn completions_and_the_manual_know_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, script, _) = said(&persist(dir.path(), &["completions", shell]));
        assert_eq!(code, 0);
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
        }
    }
    let (_, page, _) = said(&persist(dir.path(), &["man"]));
    assert!(page.contains(".SH \"EXIT STATUS\""), "{page}");
    let (code, ..) = said(&persist(dir.path(), &["man", "--dir", "."]));
    assert_eq!(code, 0);
    for command in &commands {
        let reference = format!("persist\\-{}(1)", command.replace('-', "\\-"));
        assert!(page.contains(&reference), "{command}: {page}");
        let (_, printed, _) = said(&persist(dir.path(), &["man", command]));
        let written = fs::read_to_string(dir.path().join(format!("persist-{command}.1")));
        assert_eq!(written.unwrap(), printed);
    }
}

/// `docs/COMMAND.md` lists every command with what its help says of it, and every exit code.
#[test]
fn the_page_about_the_command_is_not_out_of_date() {
    let dir = tempfile::tempdir().unwrap();
    let page = include_str!("../../../../docs/COMMAND.md");
    for command in commands() {
        let (_, help, _) = said(&persist(dir.path(), &[&command, "-h"]));
        let row = format!("| `{command}` | {} |", help.lines().next().unwrap());
        assert!(page.contains(&row), "docs/COMMAND.md has no line\n{row}");
    }
    let (_, table, _) = said(&persist(dir.path(), &["exit-codes"]));
    for line in table.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let (code, name) = (words.next().unwrap(), words.next().unwrap());
        let meaning = words.collect::<Vec<_>>().join(" ");
        let row = format!("| {code} | `{name}` | {meaning} |");
        assert!(page.contains(&row), "docs/COMMAND.md has no line\n{row}");
    }
}
