//! `qftp bench-line`: at emulators and a real server, in every form of its results.

use std::fs;
use std::process::Output;

use crate::background::qftp;
use qftp_test::servers::{Kind, Server};
use serde_json::Value;

fn url(server: &Server) -> String {
    let (user, password) = (server.user, server.password);
    format!("ftp://{user}:{password}@{}/", server.address)
}

fn run(arguments: &[&str]) -> Output {
    let mut command = qftp(&["bench-line"]);
    command.args(arguments).output().expect("qftp runs")
}

fn document(arguments: &[&str]) -> Value {
    let output = run(&[arguments, &["--json"]].concat());
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Returns the values of a series.
fn values(document: &Value, what: &str, baud: Option<u32>) -> Vec<f64> {
    let series = document["series"].as_array().expect("series").iter();
    let mut named = series.filter(|one| one["what"] == what && one["baud"] == Value::from(baud));
    let one = named
        .next()
        .unwrap_or_else(|| panic!("{what}: {document:#}"));
    let values = one["values"].as_array().expect("values").iter();
    values
        .map(|value| value.as_f64().expect("a number"))
        .collect()
}

#[test]
fn commands_and_transfers_are_measured_in_each_family() {
    let server = Server::start(Kind::Pyftpdlib);
    for (dialect, connect, urc) in [
        ("ec2x", "AT+QFTPGET to CONNECT", "AT+QFTPGET to URC"),
        ("gsm", "AT+QFTPGET to CONNECT", "AT+QFTPPUT to URC"),
        ("nl668", "AT+FTPRETR to CONNECT", "AT+FTPPWD to URC"),
    ] {
        let port = format!("emulator://{dialect}");
        let url = url(&server);
        let arguments = ["-p", &port, "--rounds", "2", "--size", "3000", &url];
        let found = document(&arguments);
        assert_eq!(found["dialect"], dialect);
        assert_eq!(found["errors"], serde_json::json!({}));
        for what in ["AT+CSQ to result", "upload", "download", connect, urc] {
            let values = values(&found, what, None);
            assert!(
                values.len() >= 2 && values.iter().all(|value| *value >= 0.0),
                "{what}"
            );
        }
        for course in found["courses"].as_array().expect("courses") {
            let points = course["points"].as_array().expect("points");
            assert_eq!(points.last().expect("a point")[1], 3000, "{course}");
        }
        assert_eq!(server.get("bench-line.bin"), None, "it is deleted");
    }
}

#[test]
fn pieces_and_speeds_have_series_of_their_own() {
    let server = Server::start(Kind::Pyftpdlib);
    let url = url(&server);
    let found = document(&[
        "-p",
        "emulator://ec25",
        "--rounds",
        "1",
        "--size",
        "4000",
        "--pieces",
        "0,1500",
        "--bauds",
        "115200,921600",
        &url,
    ]);
    for (baud, most) in [(115_200, 11.52), (921_600, 92.16)] {
        for what in [
            "upload",
            "download",
            "download in pieces of 1500",
            "upload in pieces of 1500",
        ] {
            let rates = values(&found, what, Some(baud));
            // The line carries no more: 10 bits a byte.
            assert!(
                rates[0] > 0.0 && rates[0] <= most,
                "{what} at {baud}: {rates:?}"
            );
        }
    }
}

#[test]
fn two_measurements_are_compared_and_shown_in_every_form() {
    let server = Server::start(Kind::Pyftpdlib);
    let url = url(&server);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (quick, slow, csv, svg) = (path("a.json"), path("b.json"), path("a.csv"), path("a.svg"));
    for (file, port) in [
        (&quick, "emulator://ec25"),
        (&slow, "emulator://ec25?latency=response%3D300ms"),
    ] {
        let found = document(&["-p", port, "--rounds", "6", "--size", "100", &url]);
        fs::write(file, found.to_string()).expect("written");
    }
    let both = [
        "--from", &quick, "--from", &slow, "--svg", &svg, "--csv", &csv,
    ];
    let compared = document(&both);
    let rows = compared["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["what"] == "AT+CSQ to result");
    let low = row.expect("a row")["interval"][0]
        .as_f64()
        .expect("a bound");
    assert!(low > 0.0, "{compared:#}");
    let shown = run(&both);
    let text = String::from_utf8_lossy(&shown.stdout);
    let row = text
        .lines()
        .find(|line| line.starts_with("AT+CSQ to result"));
    assert!(row.expect("a row").ends_with('*'), "{text}");
    let rows = fs::read_to_string(&csv).expect("a file");
    assert!(
        rows.contains("\r\n2,emulator://ec25?latency=response%3D300ms,EC25,"),
        "{rows}"
    );
    assert!(fs::read_to_string(&svg).expect("a file").contains("</svg>"));
}

#[test]
fn errors_are_counted_and_end_in_a_failure() {
    let server = Server::start(Kind::Pyftpdlib);
    let url = url(&server);
    let port = "emulator://ec25?fault=answer-busy%20on%3D%2BCSQ";
    let output = run(&["-p", port, "--rounds", "1", "--size", "100", &url, "--json"]);
    let told = String::from_utf8_lossy(&output.stderr);
    let found = serde_json::from_slice(&output.stdout);
    let found: Value = found.unwrap_or_else(|error| panic!("{error}: {told}"));
    let errors = found["errors"].as_object().expect("errors");
    assert_eq!(
        (output.status.code(), errors.len()),
        (Some(1), 1),
        "{found:#}"
    );
    let other = run(&["-p", "socket://127.0.0.1:1", "--bauds", "9600", &url]);
    assert_eq!(other.status.code(), Some(2));
}
