//! A sample of faults on real servers, for each surface of the library: every dialect, over a pseudo terminal, a rule of
//! each kind at a drawn place. The file is whole, or the error is true; and the next operation works.
//!
//! A seed draws the place and the content again; the time of a real line is its own. `QFTP_FAULT_SEEDS` is the number of
//! runs for each dialect, form and kind. Without it each dialect has a run of every other kind, and the forms take turns.

mod form;
mod rule;
mod scene;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fastrand::Rng;
use qftp::dialect::{self, Dialect};

pub use form::Form;
use rule::{RuleKind, kinds};
pub use scene::Scene;

use crate::servers::{Kind, Server};
use crate::tally::{Tally, Verdict};

/// A surface of the library, as a user touches it: a client in Rust, a program, a C library.
pub trait Surface: Sized {
    /// The forms of a transfer that it has.
    const FORMS: &'static [Form] = Form::ALL;
    /// The bytes of the line, either way, that [`Surface::transfer`] exchanges before the transfer itself: a program logs
    /// in there.
    const BYTES_BEFORE: usize = 0;
    /// It is given the whole local file where a remote one is continued, and counts what is confirmed from its start.
    const RESUMES_WHOLE_FILES: bool = false;

    /// Opens the port and logs in, where the surface does that before a transfer.
    fn open(scene: &Scene<'_>) -> Self;

    /// Moves the file. Returns the number of tries.
    ///
    /// # Errors
    ///
    /// What the surface says of a failure.
    fn transfer(&mut self, scene: &Scene<'_>) -> Result<u32, Failure>;

    /// Does what a user does next: logs in where the session is gone, and asks for the size of [`Scene::other`].
    ///
    /// # Errors
    ///
    /// What the surface says of a failure.
    fn size_of_other(&mut self, scene: &Scene<'_>) -> Result<u64, String>;

    /// Returns what was said on the line, for a run that ended as it must not.
    fn log(&self) -> String {
        String::new()
    }
}

/// The failure of a transfer, as a surface tells it.
#[derive(Debug)]
pub struct Failure {
    /// The message.
    pub text: String,
    /// The bytes that are in place by what it says.
    pub bytes_confirmed: u64,
    /// The dialect cannot do it.
    pub is_unsupported: bool,
}

/// The end of a run: its verdict, and a text that tells of it.
struct RunEnd {
    verdict: Verdict,
    text: String,
}

/// Servers of each kind.
const SERVERS_OF_A_KIND: usize = 2;
/// Runs at a time; most of each is waiting. Pure-FTPd takes eight sessions of an address.
const AT_A_TIME: usize = 7 * SERVERS_OF_A_KIND * Kind::ALL.len();

/// One run to be.
struct Plan {
    dialect: &'static Dialect,
    kind: usize,
    form: usize,
    seed: u64,
}

/// Makes the content of a file: noise, or text of commands and answers.
fn content(random: &mut Rng) -> Vec<u8> {
    let mut noise = |length: usize| -> Vec<u8> { (0..length).map(|_| random.u8(..)).collect() };
    match noise(1)[0] % 6 {
        0 => noise(1),
        1 => b"AT+QFDEL=\"*\"\r\n".repeat(300),
        2 => b"\r\nOK\r\n\r\n+QFTPGET: 0,1500\r\n\r\n+QFTPGET:1500\r\n".repeat(120),
        3 => [3, 16, 3, 3].repeat(1500),
        4 => noise(40_000),
        _ => noise(9000),
    }
}

/// Returns the runs of a number of seeds; without one a few of each dialect, none of them slow.
fn plans(kinds: &[RuleKind], forms: usize) -> Vec<Plan> {
    let seeds = std::env::var("QFTP_FAULT_SEEDS").ok();
    let seeds: Option<u64> = seeds.map(|seeds| seeds.parse().expect("a number"));
    let chosen = || (0..kinds.len()).filter(|kind| seeds.is_some() || !kinds[*kind].is_slow);
    let mut plans = Vec::new();
    for (row, dialect) in dialect::ALL.iter().enumerate() {
        let mut add = |kind, form, seed| {
            plans.push(Plan {
                dialect,
                kind,
                form,
                seed,
            });
        };
        match seeds {
            Some(seeds) => {
                for kind in chosen() {
                    (0..forms).for_each(|form| (0..seeds).for_each(|seed| add(kind, form, seed)));
                }
            }
            None => {
                for (turn, kind) in chosen().skip(row % 2).step_by(2).enumerate() {
                    add(kind, (turn + row) % forms, 0);
                }
            }
        }
    }
    plans
}

fn carry_out<S: Surface>(
    plan: &Plan,
    kinds: &[RuleKind],
    number: usize,
    servers: &[Server],
    tally: &Mutex<Tally>,
) {
    let kind = &kinds[plan.kind];
    let form = S::FORMS[plan.form];
    let mut random = Rng::with_seed(plan.seed ^ ((plan.kind as u64) << 32));
    random = Rng::with_seed(random.u64(..) ^ plan.form as u64);
    let content = content(&mut random);
    let length = content.len();
    let rule = kind.draw(plan.dialect, form, length, S::BYTES_BEFORE, &mut random);
    let server = &servers[number % servers.len()];
    let mut scene = Scene::new(plan.dialect, form, &content, plan.seed, server, number);
    let end = scene.run::<S>(&rule, kind.changes_bytes());
    let mut tally = tally.lock().expect("no run panics while it counts");
    tally.count(kind.name, end.verdict, || {
        format!(
            "{} {form:?} on {:?}, {length} bytes, seed {}, {rule}: {}",
            plan.dialect.name, server.kind, plan.seed, end.text
        )
    });
}

/// Runs the sample on a surface, and prints its counts.
///
/// # Panics
///
/// A run ended as it must not.
pub fn run<S: Surface>() {
    let programs = [Kind::ALL; SERVERS_OF_A_KIND].into_iter().flatten();
    let servers: Vec<Server> = programs.map(Server::start).collect();
    for server in &servers {
        scene::lay_out_other(server);
    }
    let kinds = kinds();
    let rows = kinds.iter().map(|kind| kind.name.to_owned()).collect();
    let tally = Mutex::new(Tally::new(rows));
    let plans = plans(&kinds, S::FORMS.len());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(plan) = plans.get(number) else {
                        return;
                    };
                    carry_out::<S>(plan, &kinds, number, &servers, &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().expect("no run panics while it counts");
    println!("{tally}");
    assert!(tally.wrong().is_empty(), "{} wrong", tally.wrong().len());
}
