//! The module end with the quirks of real firmware: a file of `conversations/quirks` for each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::harness::{Cut, Harness};
use qftp::dialect::{self, Dialect};
use qftp::internal::at::{self, AtCommand};
use qftp::module::Quirks;
use qftp::module::quirks::QUIRKS;
use qftp_test::conversation::play::play;
use qftp_test::conversation::{Conversation, Step, folder};

/// Whether the dialect has every command that is typed.
fn has_commands(dialect: &Dialect, conversation: &Conversation) -> bool {
    conversation.steps.iter().all(|step| {
        let typed = match step {
            Step::Type(line) => line.clone().into_bytes(),
            Step::Send(bytes) => bytes.bytes(),
            _ => return true,
        };
        let line = typed.split(|byte| *byte == b'\r').next();
        let (commands, _) = at::parse_line(line.unwrap_or_default());
        commands.iter().all(|command| match command {
            AtCommand::Extended { name, .. } => dialect.command_named(name).is_some(),
            _ => true,
        })
    })
}

/// Each conversation, with the quirk that its file is named for and each dialect that can have it.
fn all() -> Vec<(&'static Dialect, Quirks, Conversation)> {
    let mut all = Vec::new();
    for conversation in folder("quirks") {
        let name = conversation.title.trim_start_matches("quirks/");
        let name = name.split_once(".txt").expect("a file").0;
        let known = QUIRKS.iter().find(|known| known.name == name);
        let known = known.unwrap_or_else(|| panic!("no quirk {name}"));
        let quirks = Quirks::MANUAL.with(known.quirk);
        let dialects = dialect::ALL
            .iter()
            .filter(|dialect| Quirks::all_of(dialect).has(known.quirk))
            .filter(|dialect| has_commands(dialect, &conversation));
        all.extend(dialects.map(|dialect| (*dialect, quirks, conversation.clone())));
    }
    all
}

fn run(
    dialect: &'static Dialect,
    quirks: Quirks,
    conversation: &Conversation,
    cut: Cut,
    delay: Duration,
) {
    let mut harness = Harness::with_quirks(dialect, quirks);
    harness.cut = cut;
    harness.delay = delay;
    assert!(play(conversation, &mut harness), "{}", conversation.title);
}

#[test]
fn every_quirk_has_conversations() {
    let files = folder("quirks");
    for known in QUIRKS {
        let title = format!("quirks/{}.txt: ", known.name);
        let own = files.iter().filter(|own| own.title.starts_with(&title));
        assert!(own.count() > 0, "no core/tests/conversations/{title}");
    }
}

#[test]
fn every_conversation_however_it_is_cut() {
    for (dialect, quirks, conversation) in all() {
        for cut in [Cut::Whole, Cut::Every(1), Cut::Every(7), Cut::At(20)] {
            run(dialect, quirks, &conversation, cut, Duration::ZERO);
        }
    }
}

#[test]
fn every_conversation_with_late_answers() {
    let late = Duration::from_millis(300);
    for (dialect, quirks, conversation) in all() {
        if !conversation.title.contains("/any-timeout") {
            run(dialect, quirks, &conversation, Cut::Whole, late);
        }
    }
}

#[test]
fn a_module_that_does_as_its_manual_says_otherwise() {
    for (dialect, _, conversation) in all() {
        let played = catch_unwind(AssertUnwindSafe(|| {
            run(
                dialect,
                Quirks::MANUAL,
                &conversation,
                Cut::Whole,
                Duration::ZERO,
            );
        }));
        assert!(played.is_err(), "{}: {}", dialect.name, conversation.title);
    }
}
