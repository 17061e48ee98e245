//! Logging in over TLS, as the host end does it: the certificates into the module's store, the SSL context, the reason
//! of a failure. The module is the engine itself, and scripted where real firmware says something else.

mod certificates;
mod failures;
mod refusals;
mod secrets;
mod settings;

use crate::pair::Pair;
use qftp::dialect;
use qftp::dialect::Dialect;
use qftp::host::{Answer, Login, Operation as O, Tls, TlsMode};

const CA: &[u8] = b"-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n";
const OTHER_CA: &[u8] = b"-----BEGIN CERTIFICATE-----\nWFg=\n-----END CERTIFICATE-----\n";
const LONGER_CA: &[u8] = b"-----BEGIN CERTIFICATE-----\nWFhYWA==\n-----END CERTIFICATE-----\n";
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----\nTUU=\n-----END CERTIFICATE-----\n";
const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----\nSECRET==\n-----END PRIVATE KEY-----\n";

fn dialect(name: &str) -> &'static Dialect {
    dialect::by_name(name).expect("a dialect")
}

fn login(tls: Tls) -> Login {
    Login::new("ftp.example.com", "test", "secret").over(tls)
}

fn trusting(mode: TlsMode, ca: &[u8]) -> Tls {
    let mut tls = Tls::new(mode);
    tls.ca = Some(ca.to_vec());
    tls
}

fn with_key(mode: TlsMode) -> Tls {
    let mut tls = trusting(mode, CA);
    tls.certificate = Some(CERTIFICATE.to_vec());
    tls.key = Some(KEY.to_vec());
    tls
}

fn unverified(mode: TlsMode) -> Tls {
    let mut tls = Tls::new(mode);
    tls.verify = false;
    tls
}

/// A module of this dialect that takes TLS in this mode.
fn able(name: &str) -> (Pair, TlsMode) {
    let mut pair = Pair::new(dialect(name));
    pair.host.log_lines(true);
    let mode = match name {
        "ec20" | "nl668" => TlsMode::Implicit,
        _ => TlsMode::Explicit,
    };
    (pair, mode)
}

const ABLE: [&str; 4] = ["ec20", "ec2x", "bg96", "nl668"];

/// Logs in; what comes of it is another test's affair. Returns the lines that were sent from the first about TLS on.
fn lines(pair: &mut Pair, tls: &Tls) -> Vec<String> {
    pair.lines.clear();
    let _ = pair.run(O::Login(&login(tls.clone())));
    let about = |line: &String| line.contains("QF") || line.contains("SSL");
    let begun = pair
        .lines
        .iter()
        .position(|line| about(line) && !line.contains("QFTPSTAT") && !line.contains("QFTPCLOSE"));
    let lines = pair.lines.split_off(begun.unwrap_or(pair.lines.len()));
    // Each command as if it stood in a line of its own; what shows that a line was carried out to its end is left out.
    let commands = lines.iter().flat_map(|line| line.split(";+"));
    let alone = commands.filter(|command| *command != "CMEE?");
    alone
        .map(|command| match command.strip_prefix("AT") {
            Some(_) => command.to_owned(),
            None => format!("AT+{command}"),
        })
        .collect()
}

fn stored(pair: &mut Pair, name: &[u8]) -> Vec<u8> {
    let read = pair.run(O::StoreDownload(name));
    assert!(matches!(read, Ok(Answer::Stored { .. })), "{read:?}");
    pair.download.clone()
}
