//! A module as one of the models of its dialect, and commands that it accepts without knowing them.

use std::time::Duration;

use crate::harness::{Harness, printed};
use crate::pair::Pair;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::{self, Dialect, Identity, Volume};
use qftp::host::{Answer, Operation};
use qftp::module::{AcceptedCommands, Module};

fn harness(dialect: &'static Dialect, identity: &'static Identity) -> Harness {
    let mut harness = Harness::new(dialect);
    harness.module = Module::new(dialect).with_identity(identity);
    harness.ask("ATE0");
    harness
}

fn models() -> impl Iterator<Item = (&'static Dialect, &'static Identity)> {
    dialect::ALL.iter().flat_map(|dialect| {
        let models = dialect.identities.iter();
        models.map(move |model| (*dialect, model))
    })
}

/// What the emulator of each model says of itself makes our own host find its dialect.
#[test]
fn every_model_is_detected_as_its_own_dialect() {
    for (dialect, model) in models() {
        let mut pair = Pair::new(dialect);
        pair.harness.module = Module::new(dialect).with_identity(model);
        let answer = pair.run(Operation::Identify);
        assert!(matches!(answer, Ok(Answer::Identity(_))), "{answer:?}");
        assert_eq!(pair.host.dialect().name, dialect.name, "{model:?}");
    }
}

#[test]
fn a_model_names_itself_and_keeps_its_name_over_a_restart() {
    for (name, ati, model, revision) in [
        (
            "ec25",
            "\r\nQuectel\r\nEC25\r\nRevision: ",
            "EC25",
            "EC25EFAR06A17M4G",
        ),
        (
            "eg95",
            "\r\nQuectel\r\nEG95\r\nRevision: ",
            "EG95",
            "EG95EFBR06A08M4G",
        ),
        (
            "ec200u",
            "\r\nQuectel\r\nEC200U\r\nRevision: ",
            "EC200U",
            "EC200UCNAAR03A01M08",
        ),
        (
            "bg95",
            "\r\nQuectel\r\nBG95\r\nRevision: ",
            "BG95",
            "BG95M3LAR02A03",
        ),
        (
            "m10",
            "\r\nQuectel_Ltd\r\nQuectel_M10\r\nRevision: ",
            "Quectel_M10",
            "M10R05A03",
        ),
        (
            "m95",
            "\r\nQuectel_Ltd\r\nQuectel_M95\r\nRevision: ",
            "Quectel_M95",
            "M95FAR02A08",
        ),
        (
            "nl661",
            "\r\nManufacturer: Fibocom",
            "NL661",
            "19906.5090.00.02.00.23",
        ),
    ] {
        let (dialect, identity) = dialect::find_model(name).expect(name);
        let mut harness = harness(dialect, identity);
        for _ in 0..2 {
            let answer = harness.ask("ATI");
            assert!(answer.starts_with(ati), "{name}: {answer}");
            assert_eq!(harness.ask("AT+CGMM"), printed(&[model, "OK"]));
            assert_eq!(harness.ask("AT+CGMR"), printed(&[revision, "OK"]));
            harness.module.restart(harness.now);
            harness.heard();
            harness.ask("ATE0");
        }
    }
}

/// Only M33 has a card (001 §2.2.8).
#[test]
fn places_are_those_of_the_model() {
    for (name, places) in [
        (
            "m33",
            &[("/UFS/", true), ("/RAM/", true), ("/SD/", true)][..],
        ),
        ("m10", &[("/UFS/", true), ("/RAM/", false), ("/SD/", false)]),
        ("m95", &[("/UFS/", true), ("/RAM/", true), ("/SD/", false)]),
    ] {
        let (dialect, identity) = dialect::find_model(name).expect(name);
        let mut harness = harness(dialect, identity);
        for (place, works) in places {
            let answer = harness.ask(&format!("AT+QFTPCFG=4,\"{place}\""));
            let taken = printed(&["OK", "+QFTPCFG:0"]);
            assert_eq!(answer == taken, *works, "{name} {place}: {answer}");
            let volume = place.trim_matches('/');
            let answer = harness.ask(&format!("AT+QFLDS=\"{volume}\""));
            assert_eq!(answer.ends_with("\r\nOK\r\n"), *works, "{name} {volume}");
        }
    }
}

#[test]
fn a_model_has_no_place_that_its_dialect_lacks() {
    for (dialect, model) in models() {
        let stores = model.stores.unwrap_or_default();
        let known = |store: &Volume| dialect.stores.contains(store);
        assert!(stores.iter().all(known), "{model:?}");
    }
}

#[test]
fn an_accepted_command_remembers_what_it_got_last() {
    let mut harness = Harness::new(&EC2X);
    let accepted = AcceptedCommands::new(&EC2X, ["+QFOO"]).expect("a name");
    harness.module = Module::new(&EC2X).with_accepted(accepted);
    harness.ask("ATE0");
    for (typed, lines) in [
        ("+QFOO=?", &["OK"][..]),
        ("+QFOO?", &["OK"]),
        ("+QFOO", &["OK"]),
        ("+QFOO=1,\"a b\",,x", &["OK"]),
        ("+qfoo?", &["+QFOO: 1,\"a b\",,x", "OK"]),
        ("+QFOO=2;+QFOO?", &["+QFOO: 2", "OK"]),
        ("+QBAR=1", &["ERROR"]),
    ] {
        assert_eq!(
            harness.ask(&format!("AT{typed}")),
            printed(lines),
            "{typed}"
        );
    }
    harness.module.restart(harness.now + Duration::from_secs(1));
    harness.heard();
    harness.ask("ATE0");
    assert_eq!(harness.ask("AT+QFOO?"), printed(&["OK"]));
}
