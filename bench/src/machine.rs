//! The machine of a run, and the versions of what ran.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::bench::{Bench, Scale};

/// Describes the machine and the versions, as the head of the results.
pub fn describe(bench: &Bench) -> String {
    let mut text = String::from("# Results of `make bench`\n\n");
    text += match bench.scale {
        Scale::Full => "Median (least-greatest) of 5 rounds, where both sides ran in turn.\n",
        Scale::Quick | Scale::Test => "QUICK: small inputs, one round. These are no results.\n",
    };
    text += "A ratio is libqftp's figure over the peer's, round by round. Times are noisy, counts are not.\n\n";
    let lines = [
        ("machine", processor()),
        ("kernel", first_line("uname", &["-srm"])),
        ("libqftp", commit()),
        ("rustc", first_line("rustc", &["--version"])),
        ("C compiler", first_line("cc", &["--version"])),
        ("curl", first_line("curl", &["--version"])),
        (
            "Python",
            first_line(&Bench::python().display().to_string(), &["--version"]),
        ),
        (
            "pyserial",
            first_line(
                &Bench::python().display().to_string(),
                &["-c", "import serial; print(serial.__version__)"],
            ),
        ),
        ("atat", "0.24".to_owned()),
    ];
    for (name, value) in lines {
        writeln!(text, "- {name}: {value}").expect("a string takes all");
    }
    text
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |model| {
        model.trim_start_matches([' ', '\t', ':'])
    });
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!("{model}, {cores} cores, load {load} at the end")
}

fn commit() -> String {
    let repository = Bench::repository().display().to_string();
    let commit = first_line("git", &["-C", &repository, "log", "-1", "--format=%h %s"]);
    let dirty = first_line("git", &["-C", &repository, "status", "--porcelain", "-uno"]);
    match dirty.is_empty() {
        true => commit,
        false => format!("{commit}, with changes"),
    }
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let Ok(output) = output else {
        return "not here".to_owned();
    };
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().unwrap_or_default().to_owned()
}
