//! Load times and sizes.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::bench::Bench;
use crate::figures::{Figures, in_turn, seconds};
use crate::table::{Goal, Row};

const GROUP: &str = "load";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let rounds = bench.scaled(15, 3, 1);
    let timed = |program: &Path, arguments: &[&str]| {
        seconds(|| {
            let mut command = Command::new(program);
            command
                .args(arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            assert!(
                command.status().expect("it runs").success(),
                "{} {arguments:?}",
                program.display()
            );
        }) * 1e3
    };
    let python = Bench::python();
    let curl = Path::new("curl");
    let figures = in_turn(
        rounds,
        &mut [&mut || timed(bench.program(), &["--version"]), &mut || {
            timed(curl, &["--version"])
        }],
    );
    let mut rows = vec![Row::beside(
        GROUP,
        "`qftp --version`, ms",
        &figures[0],
        ("curl --version", &figures[1]),
        Goal::AtMost(4.0),
    )];
    let import = |module: &str| ["-I".to_owned(), "-c".to_owned(), format!("import {module}")];
    let import_time = |module: &str| {
        let arguments = import(module);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        timed(&python, &arguments)
    };
    let has_package = Command::new(&python)
        .args(import("qftp"))
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if has_package {
        let figures = in_turn(
            rounds,
            &mut [
                &mut || import_time("qftp"),
                &mut || import_time("sys"),
                &mut || import_time("serial"),
            ],
        );
        let own = Figures::new([figures[0].median() - figures[1].median()]);
        rows.push(Row::alone(
            GROUP,
            "`import qftp`, less the start of Python, ms",
            &own,
            Goal::AtMost(30.0),
        ));
        rows.push(Row::beside(
            GROUP,
            "`import qftp`, ms",
            &figures[0],
            ("import serial", &figures[2]),
            Goal::Open,
        ));
    } else {
        rows.push(Row::not_measured(
            GROUP,
            "`import qftp`",
            "not here: make test-python installs the package",
        ));
    }
    for (name, path) in [
        ("program qftp", bench.program()),
        ("libqftp.so", bench.library()),
    ] {
        let bytes = path.metadata().expect("a file").len();
        rows.push(Row::alone(
            GROUP,
            format!("{name}, bytes"),
            &Figures::new([bytes as f64]),
            Goal::Open,
        ));
    }
    rows
}
