//! The manuals' examples, replayed to the host end; the module end's turn is in `module_engine.rs`.

use std::collections::BTreeSet;

use qftp::dialect::{self, Family};
use qftp::internal::checksum::Checksum;
use qftp_test::conversation::replay::replay;
use qftp_test::conversation::{Bytes, Step, of_dialects, sample};

#[test]
fn the_host_understands_every_example_however_it_is_cut() {
    for size in [1, 3, 1024] {
        for (dialect, conversations) in of_dialects() {
            // Beside the manuals' examples there are conversations that type on before a command is over.
            let lte = dialect.family == Family::Lte;
            let commands: usize = conversations
                .iter()
                .filter(|conversation| lte || conversation.title.contains("(§"))
                .map(|conversation| replay(conversation, dialect, size))
                .sum();
            assert!(commands >= 10, "{}: {commands}", dialect.name);
        }
    }
}

#[test]
fn every_manual_has_conversations() {
    let manuals: BTreeSet<&str> = dialect::ALL.iter().map(|dialect| dialect.manual).collect();
    let mut told = of_dialects();
    told.retain(|(_, conversations)| !conversations.is_empty());
    let told: BTreeSet<&str> = told.iter().map(|(dialect, _)| dialect.manual).collect();
    assert_eq!(told, manuals);
}

#[test]
fn every_example_has_questions_and_answers() {
    for (dialect, conversations) in of_dialects() {
        for conversation in &conversations {
            let count = |wanted: fn(&Step) -> bool| {
                conversation
                    .steps
                    .iter()
                    .filter(|step| wanted(step))
                    .count()
            };
            let typed = count(|step| matches!(step, Step::Type(_)));
            let answered = count(|step| matches!(step, Step::Answer(_)));
            assert!(
                typed > 0 && answered >= typed,
                "{}: {}",
                dialect.name,
                conversation.title
            );
        }
    }
}

#[test]
fn the_sample_has_every_byte_and_the_checksum_of_the_manuals() {
    let thousand = Bytes::Sample(0..1000).bytes();
    let mut checksum = Checksum::default();
    checksum.update(&thousand);
    assert_eq!(format!("{:x}", checksum.value()), "707");
    let mut kinds: Vec<u8> = (0..4096).map(sample).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 256);
}
