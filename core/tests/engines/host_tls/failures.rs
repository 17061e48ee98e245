//! The reason of a failed login, as the module tells it.

use std::time::Duration;

use qftp::codes::ModuleCode;
use qftp::host::{Event, Host, HostError, Operation as O, Tls, TlsMode};

use super::{CA, dialect, login, trusting};

/// A module that answers what the scenario says to the lines that it names, and `OK` to all others.
fn told(name: &str, tls: Tls, scenario: &[(&str, &str)]) -> (HostError, Vec<String>) {
    let mut host = Host::new(dialect(name));
    let now = Duration::ZERO;
    let mut asked = Vec::new();
    host.start(now, O::Login(&login(tls))).expect("started");
    loop {
        while let Some(event) = host.poll_event() {
            if let Event::Done(result) = event {
                return (result.expect_err("a failure"), asked);
            }
        }
        let line = host.poll_transmit().expect("a line").to_vec();
        host.transmitted(now, line.len());
        let line = String::from_utf8(line).expect("text");
        let answer = scenario.iter().find(|(of, _)| line.starts_with(of));
        let answer = answer.map_or("\r\nOK\r\n", |(_, answer)| answer);
        host.handle_input(now, answer.as_bytes());
        asked.push(line);
    }
}

const LTE_631: [(&str, &str); 4] = [
    ("AT+QFTPSTAT", "\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n"),
    ("AT+QIACT?", "\r\n+QIACT: 1,1,1,\"10.0.0.1\"\r\n\r\nOK\r\n"),
    ("AT+QFTPOPEN", "\r\nOK\r\n\r\n+QFTPOPEN: 631,0\r\n"),
    (
        "AT+CCLK?",
        "\r\n+CCLK: \"80/01/06,00:04:11+00\"\r\n\r\nOK\r\n",
    ),
];

#[test]
fn lte_modules_are_asked_why() {
    let explicit = |check_dates, error: &str| {
        let error = format!("\r\n{error}OK\r\n");
        let mut scenario = vec![("AT+QIGETERROR", error.as_str())];
        scenario.extend(LTE_631);
        let mut tls = trusting(TlsMode::Explicit, CA);
        tls.check_dates = check_dates;
        // The store has the file already.
        let listed = format!("\r\n+QFLST: \"UFS:qftp5ca.pem\",{}\r\n\r\nOK\r\n", CA.len());
        let read = format!(
            "\r\nCONNECT\r\n{}\r\n+QFDWL: {},{:x}\r\n\r\nOK\r\n",
            String::from_utf8_lossy(CA),
            CA.len(),
            checksum(CA)
        );
        scenario.extend([("AT+QFLST", listed.as_str()), ("AT+QFDWL", read.as_str())]);
        let (failure, asked) = told("ec2x", tls, &scenario);
        assert!(
            !asked.iter().any(|line| line.contains("QFUPL")),
            "{asked:?}"
        );
        let clock = asked.iter().any(|line| line.contains("CCLK"));
        (
            failure.to_string(),
            failure.hint().unwrap_or_default(),
            clock,
        )
    };
    let (text, hint, clock) = explicit(true, "+QIGETERROR: 566,certificate has expired\r\n\r\n");
    assert_eq!(
        text,
        "AT+QFTPOPEN: TLS failed (631): certificate has expired; the module's clock says 1980-01-06 00:04:11"
    );
    assert!(hint.contains("AT+CCLK") && clock, "{hint}");
    let (text, hint, clock) = explicit(true, "+QIGETERROR: 566,IP address mismatch\r\n\r\n");
    assert!(text.ends_with("IP address mismatch") && !clock, "{text}");
    assert!(hint.contains("made out to"), "{hint}");
    // Quirks that has no words: the clock is the likeliest reason.
    let (text, hint, clock) = explicit(true, "+QIGETERROR: 0,operate successfully\r\n\r\n");
    assert!(
        text.contains("does not say why; the module's clock says 1980"),
        "{text}"
    );
    assert!(hint.contains("certificates") && clock, "{hint}");
    let (text, _, clock) = explicit(false, "");
    assert!(text.ends_with("does not say why") && !clock, "{text}");
}

/// A setting that a module refuses is not done without, but for one that nothing depends on.
#[test]
fn no_session_is_opened_with_less_than_was_asked_for() {
    for (setting, opens) in [
        ("sni", true),
        ("seclevel", false),
        ("ignorelocaltime", false),
        ("cacert", false),
    ] {
        let refused = format!("AT+QSSLCFG=\"{setting}\"");
        let mut scenario = vec![(refused.as_str(), "\r\nERROR\r\n")];
        scenario.extend([
            ("AT+QFUPL", "\r\n+CME ERROR: 403\r\n"),
            ("AT+QFLST", "\r\n+CME ERROR: 405\r\n"),
        ]);
        scenario.extend(LTE_631);
        let (failure, asked) = told("ec2x", trusting(TlsMode::Explicit, CA), &scenario);
        assert!(!sent_open(&asked), "no certificate, no session: {failure}");
        // The store has the file.
        let listed = format!("\r\n+QFLST: \"qftp5ca.pem\",{}\r\n\r\nOK\r\n", CA.len());
        let read = format!(
            "\r\nCONNECT\r\n{}\r\n+QFDWL: {},{:x}\r\n\r\nOK\r\n",
            String::from_utf8_lossy(CA),
            CA.len(),
            checksum(CA)
        );
        let mut scenario = vec![
            (refused.as_str(), "\r\nERROR\r\n"),
            ("AT+QFLST", listed.as_str()),
            ("AT+QFDWL", read.as_str()),
        ];
        scenario.extend(LTE_631);
        let (failure, asked) = told("ec2x", trusting(TlsMode::Explicit, CA), &scenario);
        assert_eq!(sent_open(&asked), opens, "{setting}: {failure}");
    }
}

fn sent_open(asked: &[String]) -> bool {
    asked.iter().any(|line| line.starts_with("AT+QFTPOPEN"))
}

#[test]
fn fibocom_modules_are_asked_why() {
    let implicit = |error: &str| {
        let error = format!("\r\n+GTSSLERR: {error}\r\n\r\nOK\r\n");
        let scenario = [
            ("AT+GTSSLERR?", error.as_str()),
            ("AT+FTPOPEN?", "\r\n+FTPOPEN: 0\r\n\r\nOK\r\n"),
            ("AT+MIPCALL?", "\r\n+MIPCALL: 1,10.0.0.1\r\n\r\nOK\r\n"),
            ("AT+FTPOPEN=", "\r\nOK\r\n\r\n+FTPOPEN: 0\r\n"),
            ("AT+GTSSLFILE=", "\r\n>"),
            ("AT+CCLK?", "\r\nERROR\r\n"),
        ];
        told("nl668", trusting(TlsMode::Implicit, CA), &scenario).0
    };
    let failure = implicit("-11").to_string();
    assert!(
        failure.contains("TLS failed (631)") && failure.contains("-11"),
        "{failure}"
    );
    // No failure of TLS: as without it.
    let failure = implicit("0");
    let expected = HostError::Module {
        command: "AT+FTPOPEN".into(),
        code: ModuleCode(601),
        reply: None,
        raw_code: 0,
        peer_address: false,
    };
    assert_eq!(failure, expected);
}

fn checksum(bytes: &[u8]) -> u16 {
    let mut sum = qftp::internal::checksum::Checksum::default();
    sum.update(bytes);
    sum.value()
}
