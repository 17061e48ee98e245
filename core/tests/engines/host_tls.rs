//! Logging in over TLS, as the host end does it: the certificates into the module's store, the SSL context, the reason
//! of a failure. The module is the engine itself, and scripted where real firmware says something else.

use std::time::Duration;

use crate::harness::Cut;
use crate::pair::{Gate, Pair};
use qftp::codes::ModuleCode;
use qftp::dialect::{self, Dialect, Family};
use qftp::host::{
    Answer, Event, Host, HostError, Login, Operation as O, Tls, TlsConfigError, TlsMode, Warning,
};

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
    Tls {
        ca: Some(ca.to_vec()),
        ..Tls::new(mode)
    }
}

fn with_key(mode: TlsMode) -> Tls {
    Tls {
        certificate: Some(CERTIFICATE.to_vec()),
        key: Some(KEY.to_vec()),
        ..trusting(mode, CA)
    }
}

fn unverified(mode: TlsMode) -> Tls {
    Tls {
        verify: false,
        ..Tls::new(mode)
    }
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
    pair.lines.split_off(begun.unwrap_or(pair.lines.len()))
}

#[test]
fn ec2x_has_files_context_and_settings() {
    let (mut pair, mode) = able("ec2x");
    let sent = lines(&mut pair, &with_key(mode));
    let upload = |name: &str, content: &[u8]| format!("AT+QFUPL=\"{name}\",{},30", content.len());
    let quoted: Vec<String> = sent.iter().map(|line| line.replace("\\\"", "\"")).collect();
    let expected = [
        "AT+QFLST=\"qftp5ca.pem\"".into(),
        "AT+QFDEL=\"qftp5ca.pem\"".into(),
        upload("qftp5ca.pem", CA),
        "AT+QFLST=\"qftp5crt.pem\"".into(),
        "AT+QFDEL=\"qftp5crt.pem\"".into(),
        upload("qftp5crt.pem", CERTIFICATE),
        "AT+QFLST=\"qftp5key.pem\"".into(),
        "AT+QFDEL=\"qftp5key.pem\"".into(),
        upload("qftp5key.pem", KEY),
        "AT+QSSLCFG=\"sslversion\",5,4".into(),
        "AT+QSSLCFG=\"ciphersuite\",5,0XFFFF".into(),
        "AT+QSSLCFG=\"seclevel\",5,2".into(),
        "AT+QSSLCFG=\"ignorelocaltime\",5,0".into(),
        "AT+QSSLCFG=\"sni\",5,1".into(),
        "AT+QSSLCFG=\"cacert\",5,\"qftp5ca.pem\"".into(),
        "AT+QSSLCFG=\"clientcert\",5,\"qftp5crt.pem\"".into(),
        "AT+QSSLCFG=\"clientkey\",5,\"qftp5key.pem\"".into(),
        "AT+QFTPCFG=\"contextid\",1".into(),
        "AT+QFTPCFG=\"account\",\"test\",***".into(),
        "AT+QFTPCFG=\"filetype\",0".into(),
        "AT+QFTPCFG=\"transmode\",1".into(),
        "AT+QFTPCFG=\"rsptimeout\",90".into(),
        "AT+QFTPCFG=\"ssltype\",2".into(),
        "AT+QFTPCFG=\"sslctxid\",5".into(),
        "AT+QFTPOPEN=\"ftp.example.com\",21".to_string(),
    ];
    assert_eq!(quoted[..expected.len()], expected, "{quoted:#?}");
}

#[test]
fn nl668_has_files_version_mode_and_a_parameter() {
    let (mut pair, mode) = able("nl668");
    let sent = lines(&mut pair, &with_key(mode));
    let quoted: Vec<String> = sent.iter().map(|line| line.replace("\\\"", "\"")).collect();
    let file = |name: &str, content: &[u8]| format!("AT+GTSSLFILE=\"{name}\",{}", content.len());
    let expected = [
        file("TRUSTFILE", CA),
        file("CAFILE", CERTIFICATE),
        file("KEYFILE", KEY),
        "AT+GTSSLVER=4".into(),
        "AT+GTSSLMODE=1".into(),
        "AT+FTPOPEN=\"ftp.example.com\",\"test\",***,,,990,,1".into(),
    ];
    assert_eq!(quoted[..expected.len()], expected, "{quoted:#?}");
    assert!(pair.urcs.is_empty(), "{:?}", pair.urcs);
}

/// What was not asked for is not set; a dialect without server names is not told of them.
#[test]
fn other_choices_other_settings() {
    let settings = |name: &str, tls: &Tls| {
        let (mut pair, _) = able(name);
        let sent = lines(&mut pair, tls).join("\n").replace("\\\"", "\"");
        (sent, pair.warnings)
    };
    for name in ["ec20", "ec2x", "bg96"] {
        let (sent, warnings) = settings(name, &trusting(TlsMode::Implicit, CA));
        assert_eq!(sent.contains("\"sni\",5,1"), name == "ec2x", "{sent}");
        assert!(sent.contains("\"seclevel\",5,1"), "{sent}");
        assert!(sent.contains("\"ssltype\",1"), "{sent}");
        assert!(sent.contains("\"ftp.example.com\",990"), "{sent}");
        assert!(
            !sent.contains("clientcert") && !sent.contains("clientkey"),
            "{sent}"
        );
        assert_eq!(warnings, []);

        let (sent, warnings) = settings(name, &unverified(TlsMode::Implicit));
        assert!(sent.contains("\"seclevel\",5,0"), "{sent}");
        assert!(
            !sent.contains("QFUPL") && !sent.contains("cacert"),
            "{sent}"
        );
        assert_eq!(warnings, [Warning::NotVerified]);

        let dateless = Tls {
            check_dates: false,
            context: 0,
            ..trusting(TlsMode::Implicit, CA)
        };
        let (sent, warnings) = settings(name, &dateless);
        assert!(sent.contains("\"ignorelocaltime\",0,1"), "{sent}");
        assert!(sent.contains("\"cacert\",0,\"qftp0ca.pem\""), "{sent}");
        assert!(sent.contains("\"sslctxid\",0"), "{sent}");
        assert_eq!(warnings, [Warning::DatesNotChecked]);
    }
    let (sent, warnings) = settings("nl668", &unverified(TlsMode::Implicit));
    assert!(
        sent.contains("AT+GTSSLMODE=0") && !sent.contains("GTSSLFILE"),
        "{sent}"
    );
    assert_eq!(warnings, [Warning::NotVerified]);
    // An address is no name.
    let (mut pair, mode) = able("ec2x");
    let by_address = Login {
        host: b"192.0.2.7".to_vec(),
        ..login(unverified(mode))
    };
    let _ = pair.run(O::Login(&by_address));
    assert!(
        pair.lines
            .iter()
            .any(|line| line.contains("sni") && line.ends_with("5,0"))
    );
}

/// A file is written where there is none, where the size differs, where the content differs, and nowhere else; however
/// the line is cut.
#[test]
fn certificates_are_written_only_when_they_differ() {
    for name in ["ec20", "ec2x", "bg96"] {
        for cut in [Cut::Whole, Cut::Every(1), Cut::Every(7)] {
            let (mut pair, mode) = able(name);
            pair.cut = cut;
            let scenario = [
                (CA, true, false),
                (CA, false, false),
                (OTHER_CA, true, true), // of the same size
                (OTHER_CA, false, true),
                (LONGER_CA, true, true),
                (LONGER_CA, false, true),
            ];
            for (ca, written, _) in scenario {
                let sent = lines(&mut pair, &trusting(mode, ca)).join("\n");
                assert_eq!(sent.contains("QFUPL"), written, "{name}: {sent}");
                assert_eq!(sent.contains("QFDEL"), written, "{name}: {sent}");
                assert_eq!(stored(&mut pair, b"qftp5ca.pem"), ca, "{name}");
            }
        }
    }
}

fn stored(pair: &mut Pair, name: &[u8]) -> Vec<u8> {
    let read = pair.run(O::StoreDownload(name));
    assert!(matches!(read, Ok(Answer::Stored { .. })), "{read:?}");
    pair.download.clone()
}

/// What a log shows, what the host shows of itself, what a failure says.
#[test]
fn neither_key_nor_password_is_shown_anywhere() {
    for name in ABLE {
        for cut in [Cut::Whole, Cut::Every(1)] {
            let (mut pair, mode) = able(name);
            pair.cut = cut;
            pair.host.log_payload(true);
            pair.shows_host = true;
            for _ in 0..2 {
                let result = pair.run(O::Login(&login(with_key(mode))));
                let shown = format!("{}{result:?}", pair.shown);
                assert!(
                    !shown.contains("SECRET") && !shown.contains("secret"),
                    "{shown}"
                );
                assert!(pair.payload >= CA.len() + CERTIFICATE.len() + KEY.len());
                pair.payload = 0;
                assert!(pair.download.is_empty() && pair.urcs.is_empty(), "{name}");
            }
        }
    }
}

/// Cancelled at any byte that comes or goes, the rest of it late: the next login gives the module the right files, and
/// nothing shows the key.
#[test]
fn a_login_that_is_cancelled_shows_no_key_and_leaves_no_half_file() {
    for name in ABLE {
        for has_files in [false, true] {
            let prepared = || {
                let (mut pair, mode) = able(name);
                let secured = login(with_key(mode));
                pair.host.log_payload(true);
                if has_files {
                    let _ = pair.run(O::Login(&secured));
                }
                (pair, secured)
            };
            let (mut whole, secured) = prepared();
            let _ = whole.run(O::Login(&secured));
            for (place, late) in (0..whole.heard.max(whole.told))
                .step_by(7)
                .zip([0, 500, 4000].iter().cycle())
            {
                for up in [false, true] {
                    let context = format!("{name} {has_files} {place} {late} {up}");
                    let (mut pair, secured) = prepared();
                    let far = pair.harness.now + Duration::from_secs(1000);
                    let way = if up { &mut pair.up } else { &mut pair.down };
                    way.gate = Some(Gate {
                        passes: place,
                        opens: far,
                    });
                    pair.start(O::Login(&secured));
                    pair.settle();
                    pair.cancel();
                    let opens = pair.harness.now + Duration::from_millis(*late);
                    let way = if up { &mut pair.up } else { &mut pair.down };
                    way.gate = Some(Gate { passes: 0, opens });
                    let again = pair.run(O::Login(&secured));
                    let failed = matches!(again, Ok(_) | Err(HostError::Handshake { .. }));
                    assert!(failed, "{context}: {again:?}");
                    let shown = std::mem::take(&mut pair.shown);
                    assert!(!shown.contains("SECRET"), "{context}: {shown}");
                    let told = pair.urcs.concat();
                    assert!(!told.windows(6).any(|six| six == b"SECRET"), "{context}");
                    if pair.host.dialect().family == Family::Lte {
                        assert_eq!(stored(&mut pair, b"qftp5key.pem"), KEY, "{context}");
                    }
                }
            }
        }
    }
}

/// The dialects that lack it, and what cannot be meant: nothing is sent, and no warning told.
#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    use TlsMode::{Explicit, Implicit};
    let refused = |name: &str, login: &Login| {
        let mut host = Host::new(dialect(name));
        let failure = host.start(Duration::ZERO, O::Login(login)).expect_err(name);
        assert!(host.poll_transmit().is_none() && host.poll_event().is_none());
        failure
    };
    for (name, mode, operation) in [
        ("gsm", Implicit, "implicit TLS"),
        ("gsm", Explicit, "explicit TLS"),
        ("ec20", Explicit, "explicit TLS"),
        ("nl668", Explicit, "explicit TLS"),
    ] {
        // Even where something else is wrong.
        for tls in [unverified(mode), Tls::new(mode)] {
            let unsupported = HostError::Unsupported {
                dialect: name,
                operation,
            };
            assert_eq!(refused(name, &login(tls)), unsupported);
        }
    }
    for name in ABLE {
        let no_authority = HostError::Tls(TlsConfigError::NoAuthority);
        assert_eq!(refused(name, &login(Tls::new(Implicit))), no_authority);
    }
    let active = Login {
        passive: false,
        ..login(trusting(Implicit, CA))
    };
    assert_eq!(
        refused("ec2x", &active),
        HostError::Tls(TlsConfigError::Active)
    );
    let dateless = Tls {
        check_dates: false,
        ..trusting(Implicit, CA)
    };
    assert!(matches!(
        refused("nl668", &login(dateless)),
        HostError::Unsupported { .. }
    ));
    for (context, fits) in [(5, true), (6, false)] {
        let tls = Tls {
            context,
            ..trusting(Implicit, CA)
        };
        let started = Host::new(dialect("ec2x")).start(Duration::ZERO, O::Login(&login(tls)));
        assert_eq!(started.is_ok(), fits, "{context}: {started:?}");
    }
}

/// GTSSLFILE takes 4 to 8192 bytes.
#[test]
fn a_certificate_of_the_longest_size_and_one_byte_more() {
    for (length, fits) in [(8192, true), (8193, false)] {
        let mut ca = CA.to_vec();
        ca.resize(length, b'\n');
        let tls = trusting(TlsMode::Implicit, &ca);
        let started =
            Host::new(dialect("nl668")).start(Duration::ZERO, O::Login(&login(tls.clone())));
        assert_eq!(started.is_ok(), fits, "{length}: {started:?}");
        let (mut pair, _) = able("ec2x");
        let _ = pair.run(O::Login(&login(tls)));
        assert_eq!(stored(&mut pair, b"qftp5ca.pem"), ca);
    }
    let (mut pair, mode) = able("nl668");
    let mut ca = CA.to_vec();
    ca.resize(8192, b'\n');
    pair.cut = Cut::Every(1);
    let sent = lines(&mut pair, &trusting(mode, &ca)).join("\n");
    assert!(sent.contains("8192") && sent.contains("FTPOPEN"), "{sent}");
}

/// TLS, then none: the module is told so.
#[test]
fn a_plain_login_switches_tls_off() {
    for name in ABLE {
        let (mut pair, mode) = able(name);
        let _ = pair.run(O::Login(&login(unverified(mode))));
        let plain = Login::new("ftp.example.com", "test", "secret");
        assert_eq!(pair.run(O::Login(&plain)), Ok(Answer::Done), "{name}");
        let lte = pair.host.dialect().family == Family::Lte;
        let off = pair
            .lines
            .iter()
            .any(|line| line.ends_with("ssltype\\\",0"));
        assert_eq!(off, lte, "{name}: {:?}", pair.lines);
    }
}

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
        let tls = Tls {
            check_dates,
            ..trusting(TlsMode::Explicit, CA)
        };
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
    };
    assert_eq!(failure, expected);
}

fn checksum(bytes: &[u8]) -> u16 {
    let mut sum = qftp::checksum::Checksum::default();
    sum.update(bytes);
    sum.value()
}
