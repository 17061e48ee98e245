//! `make bench`: runs all rows, or the groups that are named, and prints the table. Of all rows it writes `RESULTS.md`.
//!
//! `QUICK=1` runs every row once on small inputs, in a couple of minutes.

use std::env;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use qftp_bench::allocations::Counting;
use qftp_bench::rows::GROUPS;
use qftp_bench::table::{Row, render};
use qftp_bench::{Bench, Scale, machine, worker};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let wanted: Vec<String> = env::args().skip(1).collect();
    if let Some((first, rest)) = wanted.split_first()
        && first == "--worker"
    {
        worker::run(rest);
        return ExitCode::SUCCESS;
    }
    let scale = match env::var_os("QUICK") {
        Some(_) => Scale::Quick,
        None => Scale::Full,
    };
    if let Some(unknown) = wanted
        .iter()
        .find(|name| GROUPS.iter().all(|group| group.name != name.as_str()))
    {
        let names: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
        eprintln!(
            "no group is named {unknown}; there are: {}",
            names.join(", ")
        );
        return ExitCode::FAILURE;
    }
    let bench = Bench::new(scale, env::current_exe().expect("its own path"));
    let mut rows: Vec<Row> = Vec::new();
    for group in GROUPS {
        if wanted.is_empty() || wanted.iter().any(|name| name == group.name) {
            eprintln!("bench: {}", group.name);
            rows.extend((group.run)(&bench));
            if wanted.is_empty() {
                // A run that is broken off leaves what it has measured.
                write(&bench, scale, &rows);
            }
        }
    }
    println!("{}", table(&bench, &rows));
    ExitCode::SUCCESS
}

/// Returns the machine and the rows.
fn table(bench: &Bench, rows: &[Row]) -> String {
    format!("{}\n{}", machine::describe(bench), render(rows))
}

/// Writes the rows where they are kept.
fn write(bench: &Bench, scale: Scale, rows: &[Row]) {
    let name = match scale {
        Scale::Full => "RESULTS.md",
        Scale::Quick | Scale::Test => "../target/bench-quick.md",
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::write(path, table(bench, rows)).expect("the results can be written");
}
