//! The plan of a dialect: what can be played at a module to hold it to its manual, each case with a name.
//!
//! A name is `DIALECT/SECTION/WORD`, as `ec2x/2.6/downloadlen-end`: the section is that of the dialect's own manual. The
//! cases are the statements about the module end, and for each command of the table its forms: those that it has are
//! answered as printed, the others are refused.

use std::collections::BTreeMap;
use std::time::Duration;

use qftp::dialect::{BadParameter, Command, Dialect};

use crate::conversation::parse::conversations;
use crate::conversation::{Conversation, LineEvent, Scene, Step};
use crate::statement::{Statement, statements};

/// Waits of a case that are longer than this in all make it slow.
const SLOW: Duration = Duration::from_secs(5);

/// Commands that change what a module keeps: its files, and what it remembers over a restart.
const DESTRUCTIVE: [&str; 10] = [
    "+QFUPL",
    "+QFDEL",
    "+QFOPEN",
    "+QFWRITE",
    "+QFTUCAT",
    "+GTSSLFILE",
    "&W",
    "&F",
    "+IPR=",
    "+CFUN=",
];

/// Holds one case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Names it: `ec2x/2.6/downloadlen-end`.
    pub name: String,
    /// Is the identifier of the statement, `000/2.6/downloadlen-end`; of a case of the table, the name.
    pub id: String,
    /// Says in one sentence what must be.
    pub says: String,
    /// Lists the places in manuals that say so, `002 §2.6`.
    pub clauses: Vec<String>,
    /// Is what to play; empty where only a test of this library shows the statement.
    pub conversations: Vec<Conversation>,
    /// Has waits of more than 5 seconds in all.
    pub is_slow: bool,
    /// Changes what the module keeps.
    pub is_destructive: bool,
    /// Is about the values at the start, which only a restart shows.
    pub needs_restart: bool,
}

/// Returns the cases of a dialect, in the order of its manual's sections.
pub fn cases(dialect: &'static Dialect) -> Vec<Case> {
    let stated = statements()
        .into_iter()
        .filter(|statement| statement.end.has_module())
        .filter_map(|statement| of_statement(dialect, &statement));
    let mut all: Vec<Case> = stated.collect();
    all.extend(
        dialect
            .all_commands()
            .map(|command| of_command(dialect, command)),
    );
    name_apart(&mut all);
    all.sort_by_key(|case| section_order(&case.name));
    all
}

/// Returns true if a selector means a case: its name or identifier, or their start up to a `/` or a `.`; or a command
/// that the case types, as `+QFTPGET`.
pub fn is_selected(case: &Case, selector: &str) -> bool {
    if selector.starts_with('+') {
        return types(case, &selector.to_ascii_uppercase());
    }
    let selector = selector.trim_end_matches('/');
    [&case.name, &case.id].into_iter().any(|name| {
        name.strip_prefix(selector)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
    })
}

/// Returns true if a line of the case has this command.
pub fn types(case: &Case, command: &str) -> bool {
    lines(&case.conversations).any(|line| {
        let line = line.to_ascii_uppercase();
        line.match_indices(command).any(|(at, _)| {
            let next = line[at + command.len()..].chars().next();
            command.ends_with('=') || !next.is_some_and(|next| next.is_ascii_alphanumeric())
        })
    })
}

/// Returns every line that is typed; of bytes, what is printable.
fn lines(conversations: &[Conversation]) -> impl Iterator<Item = String> {
    let steps = conversations.iter().flat_map(|one| &one.steps);
    steps.filter_map(|step| match step {
        Step::Type(line) => Some(line.clone()),
        Step::Send(bytes) => Some(bytes.bytes().escape_ascii().to_string()),
        _ => None,
    })
}

fn of_statement(dialect: &'static Dialect, statement: &Statement) -> Option<Case> {
    let own = statement
        .clauses
        .iter()
        .find(|clause| clause.manual == dialect.manual)?;
    let word = statement.id.rsplit('/').next().unwrap_or_default();
    let found = statement.conversations().into_iter();
    let own_conversations = found.filter(|(of, _)| of.name == dialect.name);
    Some(complete(Case {
        name: format!("{}/{}/{word}", dialect.name, own.section),
        id: statement.id.clone(),
        says: statement.says.clone(),
        clauses: statement.clauses.iter().map(ToString::to_string).collect(),
        conversations: own_conversations.map(|(_, one)| one).collect(),
        is_slow: false,
        is_destructive: false,
        needs_restart: word.ends_with("-default") || word == "defaults",
    }))
}

/// Adds what the conversations themselves tell.
fn complete(mut case: Case) -> Case {
    let mut waits = Duration::ZERO;
    for step in case.conversations.iter().flat_map(|one| &one.steps) {
        if let Step::Happen(LineEvent::Wait(time)) = step {
            waits += *time;
        }
    }
    case.is_slow = waits > SLOW;
    let mut scenes = case.conversations.iter().flat_map(|one| &one.scene);
    let stores = scenes.any(|scene| matches!(scene, Scene::StoreFile(..)));
    let changes = |command: &&str| !is_form(&case.name) && types(&case, command);
    case.is_destructive = stores || DESTRUCTIVE.iter().any(changes);
    case
}

/// Returns true for a case of the table, which asks for forms alone.
fn is_form(name: &str) -> bool {
    name.contains("/forms+")
}

/// Makes the case of a command's forms.
fn of_command(dialect: &'static Dialect, command: &Command) -> Case {
    let source = command.source;
    let own = format!("{} §", dialect.manual);
    let section = source.strip_prefix(&own).map_or_else(
        || source.replace(" §", "-").replace([' ', ',', ';'], "-"),
        str::to_owned,
    );
    let name = format!("{}/{section}/forms{}", dialect.name, command.name);
    let text = format!("## {name}\n{}", forms(command));
    complete(Case {
        id: name.clone(),
        name: name.clone(),
        says: format!(
            "AT{} has the forms of the table; the others are refused.",
            command.name
        ),
        clauses: vec![source.to_owned()],
        conversations: conversations(&name, &text),
        is_slow: false,
        is_destructive: false,
        needs_restart: false,
    })
}

/// Writes the conversation of a command's forms.
fn forms(command: &Command) -> String {
    let name = command.name;
    let mut text = String::from("= login\n");
    let mut ask = |typed: &str, lines: &[&str]| {
        text.push_str(&["> AT", name, typed, "\n"].concat());
        for line in lines {
            text.push_str(&["< ", line, "\n"].concat());
        }
    };
    let refusal = match command.refusal {
        BadParameter::Cme(number) => format!("+CME ERROR: {number}"),
        _ => "ERROR".to_owned(),
    };
    match command.test_lines() {
        None => ask("=?", &["ERROR"]),
        Some(lines) => {
            let mut lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
            if !lines.is_empty() {
                lines.push("");
            }
            lines.push("OK");
            ask("=?", &lines);
        }
    }
    let missing = [
        ("?", !command.read),
        ("", !command.execute),
        ("=1", command.write.is_none()),
    ];
    for (form, _) in missing.iter().filter(|(_, missing)| *missing) {
        ask(form, &[&refusal]);
    }
    text
}

/// Gives a number to each further case of a name: two manuals may use one word of a section for two statements.
fn name_apart(cases: &mut [Case]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        let count = seen.entry(case.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            case.name = format!("{}-{count}", case.name);
        }
    }
}

/// Returns what sorts `2.10` behind `2.9`, and what is in no section of the manual behind all.
fn section_order(name: &str) -> (bool, Vec<u32>, String) {
    let section = name.split('/').nth(1).unwrap_or_default();
    let numbers: Option<Vec<u32>> = section.split('.').map(|part| part.parse().ok()).collect();
    (
        numbers.is_none(),
        numbers.unwrap_or_default(),
        section.to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn plan(name: &str) -> Vec<Case> {
        cases(qftp::dialect::by_name(name).expect("a dialect"))
    }

    #[test]
    fn every_dialect_has_a_plan_whose_names_stand_once() {
        for dialect in qftp::dialect::ALL {
            let all = cases(dialect);
            let names: BTreeSet<&str> = all.iter().map(|case| case.name.as_str()).collect();
            assert_eq!(names.len(), all.len(), "{}", dialect.name);
            assert!(all.len() > 200, "{}: {}", dialect.name, all.len());
            let shown = all.iter().filter(|case| !case.conversations.is_empty());
            assert!(shown.count() * 10 > all.len() * 8, "{}", dialect.name);
            for command in dialect.all_commands() {
                let forms = format!("/forms{}", command.name);
                assert!(names.iter().any(|name| name.ends_with(&forms)), "{forms}");
            }
        }
    }

    #[test]
    fn a_selector_means_a_whole_section_or_one_case() {
        let all = plan("ec2x");
        let selected = |selector: &str| {
            let found = all.iter().filter(|case| is_selected(case, selector));
            found.map(|case| case.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(selected("ec2x").len(), all.len());
        assert_eq!(selected("ec2x/2.6/downloadlen-end").len(), 1);
        let get = selected("ec2x/2.6");
        assert!(get.len() > 10 && get.iter().all(|name| name.starts_with("ec2x/2.6/")));
        assert!(
            selected("ec2x/2.1")
                .iter()
                .all(|name| name.starts_with("ec2x/2.1/"))
        );
        assert!(selected("ec2x/2").len() > get.len());
        assert_eq!(
            selected("002/2.6/downloadlen-end"),
            ["ec2x/2.6/downloadlen-end"]
        );
        assert!(selected("+qftpmdtm").len() > 3 && selected("+QFTP").is_empty());
        assert!(selected("bg96").is_empty() && selected("ec2").is_empty());
    }

    #[test]
    fn groups_follow_from_what_is_played() {
        let all = plan("ec2x");
        let case = |name: &str| all.iter().find(|case| case.name == name).expect("a case");
        assert!(case("ec2x/2.1/filetype-default").needs_restart);
        assert!(case("ec2x/1.3/upload-store").is_destructive);
        assert!(!case("ec2x/2.1/filetype-set").is_destructive);
        assert!(all.iter().filter(|case| case.is_slow).count() > 5);
        let forms = all.iter().filter(|case| is_form(&case.name));
        assert!(forms.clone().count() > 30 && forms.clone().all(|case| !case.is_destructive));
    }
}
