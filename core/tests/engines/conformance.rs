//! Every statement of the manuals in `core/tests/conformance` holds, and stands in `docs/conformance.md`.
//!
//! `UPDATE=1 cargo test -p qftp --test engines conformance` writes the document anew.

mod evidence;
mod page;
mod sections;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use qftp::dialect::Dialect;
use qftp::host::Operation;
use qftp_test::conformance::{Statement, statements};
use qftp_test::conversation::play::play;
use qftp_test::conversation::replay::{Asked, replay};
use qftp_test::conversation::{Conversation, LineEvent, Step};

use crate::harness::{Cut, Harness};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Plays one conversation at one end, and returns what went wrong.
fn trial(statement: &Statement, dialect: &Dialect, run: impl FnOnce()) -> Option<String> {
    let panicked = catch_unwind(AssertUnwindSafe(run)).err()?;
    let text = panicked
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_else(|| "a panic without a text".to_owned());
    Some(format!("{} in {}: {text}", statement.id, dialect.name))
}

/// Tries the conversations of every statement at one end.
fn try_all(
    wanted: fn(&Statement) -> bool,
    run: impl Fn(&'static Dialect, &Conversation),
) -> Vec<String> {
    let mut failed = Vec::new();
    for statement in statements().iter().filter(|one| wanted(one)) {
        for (dialect, conversation) in statement.conversations() {
            failed.extend(trial(statement, dialect, || run(dialect, &conversation)));
        }
    }
    failed
}

fn at_the_module(dialect: &'static Dialect, conversation: &Conversation, cut: Cut) {
    let mut harness = Harness::new(dialect);
    harness.cut = cut;
    assert!(play(conversation, &mut harness), "{}", conversation.title);
}

fn at_the_host(dialect: &'static Dialect, conversation: &Conversation) {
    assert!(
        asks_for_an_operation(dialect, conversation),
        "{}: no operation of the host's sends a line of it",
        conversation.title
    );
    for size in [1, 3, 1024] {
        assert!(replay(conversation, dialect, size) > 0);
    }
}

/// Returns whether an operation of the host sends a line of a conversation; any line can be sent as it stands.
fn asks_for_an_operation(dialect: &'static Dialect, conversation: &Conversation) -> bool {
    let mut steps = conversation.steps.as_slice();
    while let Some((step, rest)) = steps.split_first() {
        let next = rest.iter().position(|step| matches!(step, Step::Type(_)));
        let (turn, after) = rest.split_at(next.unwrap_or(rest.len()));
        steps = after;
        if let Step::Type(line) = step
            && let Some(asked) = Asked::new(dialect, line, turn)
            && let Some(operation) = asked.operation("", 0)
            && !matches!(operation, Operation::Raw(_))
        {
            return true;
        }
    }
    false
}

fn assert_none(failed: &[String]) {
    assert!(
        failed.is_empty(),
        "{} statements do not hold:\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}

#[test]
fn every_statement_holds_and_stands_in_the_document() {
    assert_none(&try_all(
        |statement| statement.end.has_module(),
        |dialect, conversation| at_the_module(dialect, conversation, Cut::Whole),
    ));
    assert_none(&try_all(|statement| statement.end.has_host(), at_the_host));
    page::compare(&statements());
}

#[test]
fn every_statement_holds_however_its_bytes_are_cut() {
    for cut in [1, 2, 3, 7].map(Cut::Every) {
        assert_none(&try_all(
            |statement| statement.end.has_module(),
            |dialect, conversation| at_the_module(dialect, conversation, cut),
        ));
    }
}

/// The exact times aside.
#[test]
fn every_statement_holds_however_late_the_answers() {
    let waits = |step: &Step| matches!(step, Step::Happen(LineEvent::Wait(_)));
    assert_none(&try_all(
        |statement| statement.end.has_module(),
        |dialect, conversation| {
            if conversation.steps.iter().any(waits) {
                return;
            }
            let mut harness = Harness::new(dialect);
            harness.delay = Duration::from_millis(300);
            assert!(play(conversation, &mut harness), "{}", conversation.title);
        },
    ));
}

#[test]
fn every_statement_has_one_name_a_clause_and_evidence() {
    let manuals = sections::manuals();
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for statement in statements() {
        let mut complain = |what: String| wrong.push(format!("{}: {what}", statement.id));
        if !names.insert(statement.id.clone()) {
            complain("the identifier is taken".into());
        }
        let first = &statement.clauses[0];
        let begins = format!("{}/{}/", first.manual, first.section);
        if !statement.id.starts_with(&begins) {
            complain(format!("its first clause wants {begins}"));
        }
        for clause in &statement.clauses {
            if !sections::has(&manuals, clause) {
                complain(format!(
                    "no section {} of {}",
                    clause.section, clause.manual
                ));
            }
        }
        if statement.says.split(' ').count() > 25 || !statement.says.ends_with('.') {
            complain("not one sentence of 25 words".into());
        }
        evidence::problems(&statement)
            .into_iter()
            .for_each(complain);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_section_has_a_statement() {
    let stated = statements();
    let has = |manual: &str, section: &str| {
        let mut clauses = stated.iter().flat_map(|statement| &statement.clauses);
        clauses.any(|clause| clause.manual == manual && clause.section == section)
    };
    let mut missing = Vec::new();
    for manual in sections::manuals() {
        for (section, title) in manual.leaves() {
            let stated = has(&manual.number, section);
            let silent = sections::states_nothing(&manual.number, section);
            assert!(
                !(stated && silent),
                "{} {section} is excused",
                manual.number
            );
            if !stated && !silent {
                missing.push(format!("{} {section} {title}", manual.number));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "without a statement:\n{}",
        missing.join("\n")
    );
}

#[test]
fn a_statement_that_does_not_hold_is_named_with_its_dialect() {
    let statement = statements()
        .into_iter()
        .find(|one| one.id == "002/2.17/closed")
        .expect("a statement");
    let dialect = statement.dialects()[0];
    let mut example = statement.example.clone().expect("an example");
    let run = |example: &Conversation| at_the_module(dialect, example, Cut::Whole);
    assert_eq!(trial(&statement, dialect, || run(&example)), None);
    example
        .steps
        .push(Step::Answer(vec!["+QFTPSTAT: 0,1".into()]));
    let failed = trial(&statement, dialect, || run(&example)).expect("a failure");
    assert!(failed.starts_with("002/2.17/closed in ec20: "), "{failed}");
    let failed = trial(&statement, dialect, || at_the_host(dialect, &example));
    assert!(failed.is_some());
}
