//! Help within the width of a terminal. Clap would break an example between any two words; here a long command continues
//! on the next line after a backslash, so that it can be copied, and its remark stands below it.

use crate::columns::{flow, wrap};
use clap::Command;

/// How far the second line of an example is moved.
const INDENT: usize = 6;

/// `command` and all commands in it, with examples in lines of at most `width` characters.
pub fn fitted(command: Command, width: usize) -> Command {
    let help = command.get_after_help().map(|help| fit(&help.to_string(), width));
    let command = match help {
        Some(help) => command.after_help(help),
        None => command,
    };
    command.mut_subcommands(|command| fitted(command, width))
}

/// The lines of `text`, examples begin with two spaces and the program's name, and a remark stands two spaces behind
/// them. Other lines that stand together are a paragraph.
fn fit(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if !line.is_empty() && !line.starts_with(' ') {
            paragraph.push(line);
            continue;
        }
        if !paragraph.is_empty() {
            lines.push(wrap(&std::mem::take(&mut paragraph).join(" "), width, 0));
        }
        lines.push(if line.chars().count() > width { example(line, width) } else { line.into() });
    }
    lines.pop();
    lines.join("\n")
}

fn example(line: &str, width: usize) -> String {
    let (command, remark) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
    let parts = parts(command);
    let lines = flow(parts.iter().map(String::as_str), width, 2, INDENT, " \\");
    let text = format!("  {lines}");
    match remark.trim() {
        "" => text,
        remark => format!("{text}\n{}{}", " ".repeat(INDENT), wrap(remark, width, INDENT)),
    }
}

/// The words of a command, an option together with its values.
fn parts(command: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for word in command.split_whitespace() {
        match parts.last_mut() {
            Some(last) if last.starts_with("--") && !word.starts_with("--") => *last += &format!(" {word}"),
            _ => parts.push(word.into()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Arguments;
    use clap::CommandFactory;

    #[test]
    fn an_example_goes_on_behind_a_backslash_and_its_remark_below() {
        let line =
            "  harness suite cifar10 --method iee,rigl --device 'TITAN V' --dry-run    what would be trained";
        assert_eq!(
            fit(&format!("Examples:\n{line}\n  harness list\n\nA b\nc d"), 50),
            "Examples:\n  harness suite cifar10 --method iee,rigl \\\n      --device 'TITAN V' --dry-run\n      \
             what would be trained\n  harness list\n\nA b c d"
        );
        assert_eq!(fit(line, 100), line);
    }

    /// The help of every command, as people with a narrow terminal see it.
    #[test]
    fn no_help_is_wider_than_the_terminal() {
        fn look(command: &Command, seen: &mut usize) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in help.lines() {
                assert!(line.chars().count() <= 80, "{}: {line}", command.get_name());
                *seen += 1;
            }
            command.get_subcommands().for_each(|command| look(command, seen));
        }
        let mut seen = 0;
        look(&fitted(Arguments::command(), 80), &mut seen);
        assert!(seen > 60, "{seen}");
    }
}
