//! Runs every target over its corpus, and over inputs made from it: the same ones each time.
//!
//! An input that fails is printed. Put it into a file of its own in `fuzz/corpus/<target>`, mend the fault, and it stays
//! there. `QFTP_FUZZ_RUNS=10` runs ten times as many inputs.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use fastrand::Rng;
use qftp_fuzz::mutate::mutate;
use qftp_fuzz::targets;

/// Fewest inputs of a corpus: with less, the target starts from nothing.
const FEWEST: usize = 5;

/// Reads the corpus of a target, in the order of its names.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let mut inputs: Vec<(String, Vec<u8>)> = fs::read_dir(&folder)
        .expect("the folder of a corpus")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (name, fs::read(&path).expect("an input"))
        })
        .collect();
    inputs.sort();
    assert!(
        inputs.len() >= FEWEST,
        "{target} has {} inputs",
        inputs.len()
    );
    inputs
}

/// Runs a target on one input, and names the input if it fails.
fn run_one(target: &str, run: fn(&[u8]), name: &str, input: &[u8]) {
    let result = catch_unwind(AssertUnwindSafe(|| run(input)));
    if let Err(panic) = result {
        eprintln!("{target} fails on {name}: b\"{}\"", input.escape_ascii());
        resume_unwind(panic);
    }
}

/// Runs a target on its corpus and on so many inputs more.
fn replay(target: &str, run: fn(&[u8]), count: usize) {
    let corpus = corpus(target);
    for (name, input) in &corpus {
        run_one(target, run, name, input);
    }
    let inputs: Vec<Vec<u8>> = corpus.into_iter().map(|(_, input)| input).collect();
    let times: usize =
        std::env::var("QFTP_FUZZ_RUNS").map_or(1, |times| times.parse().expect("a number"));
    for seed in 0..count * times {
        let mut random = Rng::with_seed(seed as u64);
        let input = mutate(&inputs, &mut random);
        run_one(target, run, &format!("input {seed}"), &input);
    }
}

macro_rules! targets {
    ($($target:ident: $count:expr),* $(,)?) => {
        $(
            #[test]
            fn $target() {
                replay(stringify!($target), targets::$target::run, $count);
            }
        )*

        /// The targets that have a test.
        const TESTED: &[&str] = &[$(stringify!($target)),*];
    };
}

// Fewer where one input is a whole conversation.
targets! {
    host_input: 20_000,
    module_input: 10_000,
    framing: 20_000,
    ftp_replies: 20_000,
    listings: 20_000,
    urls: 20_000,
    netrc: 20_000,
    trace: 20_000,
    c_calls: 20_000,
    conversation_cuts: 10_000,
}

#[test]
fn every_target_has_a_test_a_corpus_and_a_program() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (folder, end) in [
        ("src/targets", ".rs"),
        ("fuzz_targets", ".rs"),
        ("corpus", ""),
    ] {
        let mut names: Vec<String> = fs::read_dir(place.join(folder))
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .map(|name| name.strip_suffix(end).unwrap_or(&name).to_owned())
            .collect();
        names.sort();
        let mut tested: Vec<String> = TESTED.iter().map(|name| (*name).to_owned()).collect();
        tested.sort();
        assert_eq!(names, tested, "{folder}");
    }
}

#[test]
fn the_same_seed_makes_the_same_input() {
    let corpus = [b"AT\r".to_vec(), b"\r\nOK\r\n".to_vec()];
    let inputs = |seed| mutate(&corpus, &mut Rng::with_seed(seed));
    assert_eq!(inputs(7), inputs(7));
    let different = (0..50)
        .map(inputs)
        .collect::<std::collections::BTreeSet<_>>();
    assert!(
        different.len() > 25,
        "{} different inputs of 50",
        different.len()
    );
}
