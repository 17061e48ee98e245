//! Faults as a matter of course: every dialect, every form of a transfer, a fault of each kind, at the ends of lines and
//! at any other byte. The file is whole, or the error is true; and the next operation works.
//!
//! Client, module and line are in memory, under a simulated clock, so that a run takes a millisecond and a seed repeats
//! it. `QFTP_FAULT_SEEDS` is the number of runs for each dialect, form and kind: `make faults` takes 1000, and prints the
//! counts. `QFTP_FAULT_FIRST` is the first seed, `QFTP_FAULT_ERRORS` shows the runs that end with an error.

mod fault;
mod line;
mod scenario;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use fastrand::Rng;
use qftp::dialect::{self, Dialect};

use fault::{Extent, Fault, FaultKind, FaultPlace, KINDS, Way};
use qftp_test::tally::{Tally, Verdict};
use scenario::{FORMS, Form, Log};

/// The number of runs where the environment names none.
const FEW: u64 = 2;
/// Contents that the runs take in turn.
const CONTENTS: usize = 8;

/// Makes the content of a file: noise, text of commands and answers, or nothing at all.
fn content(number: usize) -> Vec<u8> {
    let mut random = Rng::with_seed(number as u64);
    let noise = |random: &mut Rng, length: usize| (0..length).map(|_| random.u8(..)).collect();
    match number {
        0 => noise(&mut random, 1),
        1 => noise(&mut random, 3000),
        2 => b"AT+QFDEL=\"*\"\r\n".repeat(200),
        3 => b"\r\nOK\r\n\r\n+QFTPGET: 0,1500\r\n\r\n+QFTPGET:1500\r\n".repeat(60),
        4 => noise(&mut random, 16_384),
        5 => [3, 16, 3, 3].repeat(700),
        6 => noise(&mut random, 300_000),
        _ => noise(&mut random, 5000),
    }
}

/// Runs one form with faults of every kind.
fn campaign(dialect: &'static Dialect, form: Form, seeds: &Range<u64>, tally: &mut Tally) {
    let mut extents: HashMap<usize, Extent> = HashMap::new();
    for &kind in KINDS {
        for seed in seeds.clone() {
            let mut random = Rng::with_seed(seed ^ (kind_number(kind) << 32));
            let number = random.usize(..CONTENTS);
            // Large files take most of the time.
            let number = if number == 6 && random.u8(..) > 40 {
                1
            } else {
                number
            };
            let content = content(number);
            let extent = extents.entry(number).or_insert_with(|| {
                let end = scenario::run(dialect, form, &content, usize::MAX, None, None);
                let fine = matches!(end.verdict, Verdict::Whole | Verdict::Unsupported);
                assert!(fine, "{} {form:?}: {}", dialect.name, end.text);
                end.extent
            });
            let fault = Fault::draw(kind, extent, &mut random);
            let read_limit = if random.u8(..4) == 0 {
                random.usize(1..8)
            } else {
                usize::MAX
            };
            let end = scenario::run(dialect, form, &content, read_limit, Some(fault), None);
            tally.count(&kind.name(), end.verdict, || {
                let log = Log::default();
                let shown = Some(Arc::clone(&log));
                scenario::run(dialect, form, &content, read_limit, Some(fault), shown);
                let lines = log.lock().expect("the run is over");
                format!(
                    "{} {form:?} content {number} seed {seed} {fault:?}: {}\n    {}",
                    dialect.name,
                    end.text,
                    lines.join("\n    ")
                )
            });
        }
    }
}

fn empty_tally() -> Tally {
    Tally::new(KINDS.iter().map(|kind| kind.name()).collect())
}

fn kind_number(kind: FaultKind) -> u64 {
    KINDS
        .iter()
        .position(|other| *other == kind)
        .expect("in the table") as u64
}

#[test]
fn a_file_is_whole_or_the_error_is_true() {
    let number =
        |name, default| std::env::var(name).map_or(default, |text| text.parse().expect("a number"));
    let first = number("QFTP_FAULT_FIRST", 0);
    let seeds = first..first + number("QFTP_FAULT_SEEDS", FEW);
    let seeds = &seeds;
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let run = |dialect| {
            move || {
                let mut tally = empty_tally();
                for &form in FORMS {
                    campaign(dialect, form, seeds, &mut tally);
                }
                tally
            }
        };
        let threads: Vec<_> = dialect::ALL
            .iter()
            .map(|dialect| scope.spawn(run(dialect)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("it ends"))
            .collect()
    });
    let mut all = empty_tally();
    for tally in tallies {
        all.add(tally);
    }
    println!("{all}");
    assert!(all.wrong().is_empty(), "{} wrong", all.wrong().len());
}

/// A line of the module in a payload shifts what follows, which looks the same where the content repeats itself.
#[test]
fn a_line_in_content_that_repeats_itself_is_no_part_of_the_file() {
    let contents = [
        vec![0; 40_000],
        vec![0xFF; 3000],
        [3, 16, 3, 3].repeat(1500),
        b"12345678\r\n".repeat(500),
    ];
    for dialect in dialect::ALL {
        for (form, content) in [Form::Get, Form::GetFile, Form::GetContinue]
            .into_iter()
            .flat_map(|form| contents.iter().map(move |content| (form, content)))
        {
            for pattern in 0..4 {
                let fault = Fault {
                    kind: FaultKind::ForeignUrc,
                    place: FaultPlace::Byte(Way::Down, 1203),
                    amount: 1,
                    pattern,
                };
                let end = scenario::run(dialect, form, content, usize::MAX, Some(fault), None);
                let context = format!("{} {form:?} {} bytes", dialect.name, content.len());
                assert!(
                    !end.verdict.is_wrong(),
                    "{context}: {:?} {}",
                    end.verdict,
                    end.text
                );
            }
        }
    }
}
