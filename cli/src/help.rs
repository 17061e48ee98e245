//! The help of a terminal: short by `-h`, on one screen; all of it by `--help`.
//!
//! The texts behind the options are written with lines of any length. A paragraph is joined to one line here, which the
//! parser wraps at the width of the terminal. Indented lines, such as examples, stay as they are.

use clap::builder::StyledStr;
use clap::{Arg, Command};

/// Lines of a terminal that the short help takes, at most.
const SCREEN: usize = 24;
/// Examples in the short help of a command, at most.
const EXAMPLES: usize = 3;
/// More values of an argument are for the long help.
const LONG_LIST: usize = 8;

/// The commands by their use. One that is not listed is among the last ones.
const GROUPS: &[(&str, &[&str])] = &[
    ("Transfers", &["put", "get", "cat", "mirror"]),
    (
        "Names on the server",
        &["ls", "stat", "rm", "mv", "mkdir", "rmdir"],
    ),
    (
        "Module",
        &["ports", "probe", "at", "term", "shell", "store"],
    ),
    ("Tests of a module", &["check", "bench-line"]),
    ("Records", &["explain", "trace", "replay"]),
    (
        "Without a module",
        &["demo", "emulate", "emulate-ctl", "serve"],
    ),
];
const OTHERS: &str = "Others";

/// Puts the texts behind the options of a command, and of those below it, in order: examples for the short help, all for
/// the long one.
pub(crate) fn arrange(command: Command) -> Command {
    // The list of the commands below it takes room.
    let most = if command.has_subcommands() {
        1
    } else {
        EXAMPLES
    };
    let command = match command.get_after_help().map(ToString::to_string) {
        Some(text) => command
            .after_help(brief(&text, most))
            .after_long_help(joined(&text)),
        None => command,
    };
    command.mut_subcommands(arrange)
}

fn names(command: &Command) -> Vec<String> {
    let below = command.get_subcommands();
    below.map(|below| below.get_name().to_owned()).collect()
}

/// Returns the first examples of a text, without what is said of each.
fn brief(text: &str, most: usize) -> String {
    let mut lines = text
        .lines()
        .skip_while(|line| !line.starts_with("Example"))
        .skip(1);
    let examples: Vec<&str> = lines
        .by_ref()
        .take_while(|line| line.starts_with("  "))
        .filter(|line| line.starts_with("  qftp") && !line.ends_with('\\'))
        .map(|line| line[2..].find("   ").map_or(line, |end| &line[..end + 2]))
        .take(most)
        .collect();
    if examples.is_empty() {
        return String::new();
    }
    format!("Examples:\n{}", examples.join("\n"))
}

/// Joins the lines of each paragraph. A line that is indented, or ends with a colon, stays.
pub(crate) fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open = false;
    for line in text.lines() {
        let flows = !line.is_empty() && !line.starts_with(' ');
        if open && flows {
            joined.push(' ');
        } else if !joined.is_empty() {
            joined.push('\n');
        }
        joined.push_str(line);
        open = flows && !line.ends_with(':');
    }
    joined
}

/// Returns the names of all commands, a line for each use.
fn command_names(line: &Command) -> String {
    let rows = grouped(line).into_iter().map(|(title, names)| {
        let names = names.join(" ");
        format!("  {title:<20} {names}\n")
    });
    rows.collect()
}

fn grouped(line: &Command) -> Vec<(&'static str, Vec<String>)> {
    let names = names(line);
    let in_group = |group: &[&str]| -> Vec<String> {
        let listed = group.iter().map(|name| (*name).to_owned());
        listed.filter(|name| names.contains(name)).collect()
    };
    let mut groups: Vec<_> = GROUPS
        .iter()
        .map(|(title, group)| (*title, in_group(group)))
        .collect();
    let is_other = |name: &String| {
        !GROUPS
            .iter()
            .any(|(_, group)| group.contains(&name.as_str()))
    };
    let others = names
        .iter()
        .filter(|name| is_other(name) && *name != "help");
    let others: Vec<String> = others.cloned().chain(["help".to_owned()]).collect();
    groups.push((OTHERS, others));
    groups
}

/// Returns the short help for the words of a command line: of the command that they name, on one screen.
pub(crate) fn short(line: &Command, words: &[String]) -> StyledStr {
    let mut command = line;
    let mut path = Vec::new();
    for word in words {
        if let Some(below) = command.find_subcommand(word) {
            command = below;
            path.push(word.as_str());
        }
    }
    let mut command = command.clone().mut_args(without_long_lists);
    if path.is_empty() {
        command = command.help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\nCommands:\n{}\nOptions:\n{{options}}{{after-help}}",
            command_names(line)
        ));
    } else {
        let more = format!("`qftp help {}` explains all options.", path.join(" "));
        let text = command.get_after_help().map(ToString::to_string);
        let text = text.filter(|text| !text.is_empty());
        command = command.after_help(
            text.into_iter()
                .chain([more])
                .collect::<Vec<_>>()
                .join("\n\n"),
        );
    }
    loop {
        let text = command.render_help();
        let fits = text.to_string().lines().count() <= SCREEN;
        let Some(last) = last_option(&command).filter(|_| !fits) else {
            return text;
        };
        command = command.mut_arg(last, |option| option.hide_short_help(true));
    }
}

/// Hides the values of an argument where they are many.
fn without_long_lists(argument: Arg) -> Arg {
    let count = argument.get_possible_values().len();
    argument.hide_possible_values(count > LONG_LIST)
}

/// Returns the last option that the short help still shows and can do without.
fn last_option(command: &Command) -> Option<String> {
    let shown = |option: &&Arg| {
        let needed = option.is_positional() || option.is_required_set();
        let hidden = option.is_hide_short_help_set() || option.is_hide_set();
        !needed && !hidden && !["help", "port"].contains(&option.get_id().as_str())
    };
    let mut options: Vec<&Arg> = command.get_arguments().filter(shown).collect();
    // Options of a group behind the others, as the help shows them.
    options.sort_by_key(|option| option.get_help_heading().is_some());
    options.last().map(|option| option.get_id().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTHS: [usize; 3] = [60, 80, 120];

    fn built(width: usize) -> Command {
        let mut line = crate::args::description().term_width(width);
        line.build();
        line
    }

    fn check_width(text: &str, width: usize, command: &str) {
        for line in text.lines() {
            // A word that is longer than a line, such as a URL, is not wrapped; nor is the usage.
            let one_word = !line.trim().contains(' ');
            let is_usage = line.starts_with("Usage: ");
            assert!(
                one_word || is_usage || line.chars().count() <= width,
                "{command} at {width}: {line}"
            );
        }
    }

    #[test]
    fn the_short_help_of_every_command_is_one_screen() {
        for width in WIDTHS {
            let line = built(width);
            let named = names(&line).into_iter().filter(|name| name != "help");
            let mut all: Vec<Vec<String>> = named.map(|name| vec![name]).collect();
            all.push(Vec::new());
            for words in all {
                let text = short(&line, &words).to_string();
                let count = text.lines().count();
                assert!(
                    count <= SCREEN,
                    "{words:?} at {width}: {count} lines\n{text}"
                );
                check_width(&text, width, &words.join(" "));
                assert!(text.contains("Usage: qftp"), "{text}");
                assert!(
                    text.contains("`qftp --help`") || text.contains("explains all options"),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn the_long_help_of_every_command_fits_the_terminal() {
        for width in WIDTHS {
            let mut line = built(width);
            check_width(&line.render_long_help().to_string(), width, "qftp");
            for command in line.get_subcommands_mut() {
                let text = command.render_long_help().to_string();
                check_width(&text, width, command.get_name());
            }
        }
    }

    #[test]
    fn every_command_stands_in_the_list_once() {
        let line = built(80);
        let text = command_names(&line);
        for name in names(&line) {
            assert_eq!(
                text.split_whitespace().filter(|word| *word == name).count(),
                1,
                "{name}"
            );
        }
    }

    #[test]
    fn paragraphs_are_joined_and_lists_are_not() {
        let text = "One\ntwo.\n\nExamples:\n  a\n  b\nBehind:\n  c\nThree\nfour";
        assert_eq!(
            joined(text),
            "One two.\n\nExamples:\n  a\n  b\nBehind:\n  c\nThree four"
        );
        assert_eq!(
            brief(
                "Text.\n\nExamples:\n  qftp a   which\n  qftp b\n    c\n  qftp d\n\n  qftp e",
                EXAMPLES
            ),
            "Examples:\n  qftp a\n  qftp b\n  qftp d"
        );
        assert_eq!(brief("Text.\n  qftp a", EXAMPLES), "");
    }
}
