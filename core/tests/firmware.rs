//! The module end with the departures of real firmware: a file of `conversations/firmware` for each.

#[allow(dead_code)] // each test uses its part
mod conversation;
#[allow(dead_code)]
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use conversation::play::play;
use conversation::{Conversation, folder};
use qftp::dialect::{self, Dialect};
use qftp::module::Firmware;
use qftp::module::firmware::DEPARTURES;
use world::{Cut, World};

/// Each conversation, with the firmware that its file is named for and each dialect that can have it.
fn all() -> Vec<(&'static Dialect, Firmware, Conversation)> {
    let mut all = Vec::new();
    for conversation in folder("firmware") {
        let name = conversation.title.trim_start_matches("firmware/");
        let name = name.split_once(".txt").expect("a file").0;
        let known = DEPARTURES.iter().find(|known| known.name == name);
        let known = known.unwrap_or_else(|| panic!("no firmware option {name}"));
        let firmware = Firmware::MANUAL.with(known.departure);
        let dialects = dialect::ALL
            .iter()
            .filter(|dialect| dialect.service == known.service);
        all.extend(dialects.map(|dialect| (*dialect, firmware, conversation.clone())));
    }
    all
}

fn run(
    dialect: &'static Dialect,
    firmware: Firmware,
    conversation: &Conversation,
    cut: Cut,
    delay: Duration,
) {
    let mut world = World::with_firmware(dialect, firmware);
    world.cut = cut;
    world.delay = delay;
    assert!(play(conversation, &mut world), "{}", conversation.title);
}

#[test]
fn every_departure_has_conversations() {
    let files = folder("firmware");
    for known in DEPARTURES {
        let title = format!("firmware/{}.txt: ", known.name);
        let own = files.iter().filter(|own| own.title.starts_with(&title));
        assert!(own.count() > 0, "{title}");
    }
}

#[test]
fn every_conversation_however_it_is_cut() {
    for (dialect, firmware, conversation) in all() {
        for cut in [Cut::Whole, Cut::Every(1), Cut::Every(7), Cut::At(20)] {
            run(dialect, firmware, &conversation, cut, Duration::ZERO);
        }
    }
}

#[test]
fn every_conversation_with_late_answers() {
    let late = Duration::from_millis(300);
    for (dialect, firmware, conversation) in all() {
        if !conversation.title.contains("/any-timeout") {
            run(dialect, firmware, &conversation, Cut::Whole, late);
        }
    }
}

#[test]
fn a_module_that_does_as_its_manual_says_otherwise() {
    for (dialect, _, conversation) in all() {
        let played = catch_unwind(AssertUnwindSafe(|| {
            run(
                dialect,
                Firmware::MANUAL,
                &conversation,
                Cut::Whole,
                Duration::ZERO,
            );
        }));
        assert!(played.is_err(), "{}: {}", dialect.name, conversation.title);
    }
}
