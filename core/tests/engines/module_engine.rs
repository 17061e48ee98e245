//! The module engine in a harness in memory, under a simulated clock: the manuals' examples, data mode and its ends,
//! time-outs, errors, the file store, and input of every kind.

use std::time::Duration;

use crate::harness::{Cut, Harness};
use qftp::dialect::{self, Dialect};
use qftp_test::conversation::play::play;
use qftp_test::conversation::{Conversation, folder, of_dialects};

/// Every conversation with the dialect it is about; those of the folder `module` are about ec2x.
fn all() -> Vec<(&'static Dialect, Conversation)> {
    let ec2x = dialect::by_name("ec2x").expect("ec2x");
    let own = folder("module").into_iter().map(|own| (ec2x, own));
    let manuals = of_dialects()
        .into_iter()
        .flat_map(|(dialect, all)| all.into_iter().map(move |one| (dialect, one)));
    manuals.chain(own).collect()
}

fn run(dialect: &'static Dialect, conversation: &Conversation, cut: Cut, delay: Duration) {
    let mut harness = Harness::new(dialect);
    harness.cut = cut;
    harness.delay = delay;
    assert!(play(conversation, &mut harness), "{}", conversation.title);
}

#[test]
fn every_conversation() {
    for (dialect, conversation) in all() {
        run(dialect, &conversation, Cut::Whole, Duration::ZERO);
    }
}

#[test]
fn every_conversation_byte_by_byte() {
    for (dialect, conversation) in all() {
        for size in [1, 2, 7, 1000] {
            run(dialect, &conversation, Cut::Every(size), Duration::ZERO);
        }
    }
}

#[test]
fn every_conversation_cut_at_every_byte() {
    let all = all();
    for at in 1..100 {
        for (dialect, conversation) in &all {
            run(dialect, conversation, Cut::At(at), Duration::ZERO);
        }
    }
}

/// The time-outs aside, which are exact to the second there.
#[test]
fn every_conversation_with_late_answers() {
    for (dialect, conversation) in all() {
        if conversation.title.contains("/timeouts") {
            continue;
        }
        run(
            dialect,
            &conversation,
            Cut::Whole,
            Duration::from_millis(300),
        );
    }
}
