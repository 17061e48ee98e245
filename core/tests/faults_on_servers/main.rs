//! A sample of the faults on real servers: every dialect, over a pseudo terminal, a rule of each kind at a drawn place.
//! The file is whole, or the error is true; and the next operation works.
//!
//! A seed draws the place and the content again; the time of a real line is its own. `QFTP_FAULT_SEEDS` is the number of
//! runs for each dialect, form and kind. Without it each dialect has a run of each kind, and the forms take turns.
#![cfg(unix)]

mod rule;
mod run;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use fastrand::Rng;
use qftp::dialect::{self, Dialect};
use qftp_test::servers::{Kind, Server};
use qftp_test::tally::Tally;

use rule::KINDS;
use run::{Case, FORMS, Form, OTHER, OTHER_SIZE};

/// Runs at a time; most of each is waiting.
const AT_A_TIME: usize = 32;

/// One run to be.
struct Plan {
    dialect: &'static Dialect,
    kind: usize,
    form: Form,
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

fn plans() -> Vec<Plan> {
    let seeds: Option<u64> = std::env::var("QFTP_FAULT_SEEDS")
        .ok()
        .map(|seeds| seeds.parse().expect("a number"));
    let mut plans = Vec::new();
    for (row, dialect) in dialect::ALL.iter().enumerate() {
        for kind in 0..KINDS.len() {
            let all = 0..FORMS.len();
            let forms = if seeds.is_some() {
                all
            } else {
                let one = (kind + row) % FORMS.len();
                one..one + 1
            };
            for form in forms.map(|form| FORMS[form]) {
                let seeds = 0..seeds.unwrap_or(1);
                plans.extend(seeds.map(|seed| Plan {
                    dialect,
                    kind,
                    form,
                    seed,
                }));
            }
        }
    }
    plans
}

fn carry_out(plan: &Plan, number: usize, servers: &[Server], tally: &Mutex<Tally>) {
    let kind = &KINDS[plan.kind];
    let form = FORMS.iter().position(|form| *form == plan.form);
    let mut random = Rng::with_seed(plan.seed ^ ((plan.kind as u64) << 32));
    random = Rng::with_seed(random.u64(..) ^ form.expect("in the table") as u64);
    let content = content(&mut random);
    let rule = kind.draw(plan.dialect, plan.form, content.len(), &mut random);
    let server = &servers[number % servers.len()];
    let case = Case {
        dialect: plan.dialect,
        form: plan.form,
        content: &content,
        rule: &rule,
        changes_bytes: kind.changes_bytes(),
        seed: plan.seed,
        server,
        name: &format!("run-{number}.bin"),
    };
    let end = run::run(&case);
    let mut tally = tally.lock().expect("no run panics while it counts");
    tally.count(kind.name, end.verdict, || {
        format!(
            "{} {:?} on {:?}, {} bytes, seed {}, {rule}: {}",
            plan.dialect.name,
            plan.form,
            server.kind,
            content.len(),
            plan.seed,
            end.text
        )
    });
}

#[test]
fn a_file_is_whole_or_the_error_is_true() {
    let servers = Kind::ALL.map(Server::start);
    for server in &servers {
        let other = server.root.join(OTHER);
        fs::write(&other, [b'x'; OTHER_SIZE]).expect("written");
        run::give(server, &other);
    }
    let rows = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    let tally = Mutex::new(Tally::new(rows));
    let plans = plans();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(plan) = plans.get(number) else {
                        return;
                    };
                    carry_out(plan, number, &servers, &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().expect("no run panics while it counts");
    println!("{tally}");
    assert!(tally.wrong().is_empty(), "{} wrong", tally.wrong().len());
}
