//! What the commands ask of TLS, and what the module tells of it when it fails.

use std::time::Duration;

use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::ec20::EC20;
use qftp::dialect::nl668::NL668;
use qftp::dialect::{Dialect, Volume};
use qftp::ftp::{FailureKind, FtpFailure, FtpOperation, Security};
use qftp::module::store::LocalName;
use qftp::module::tls::{ClientIdentity, Pem, Secure, TlsVersion};
use qftp::module::{DriverReply, Module, ModuleEvent};

const NOW: Duration = Duration::ZERO;

/// A module without echo whose context is up.
fn module(dialect: &'static Dialect) -> Module {
    let mut module = Module::new(dialect);
    let up = if dialect.name == "nl668" {
        "AT+MIPCALL=1"
    } else {
        "AT+QIACT=1"
    };
    ask(&mut module, "ATE0");
    ask(&mut module, up);
    module
}

/// What is said to a line.
fn ask(module: &mut Module, line: &str) -> String {
    module.handle_input(NOW, format!("{line}\r").as_bytes());
    printed(module)
}

/// What the module has said.
fn printed(module: &mut Module) -> String {
    let printed = module.poll_transmit().unwrap_or_default().to_vec();
    module.transmitted(NOW, printed.len());
    String::from_utf8(printed).expect("ASCII")
}

/// What the lines ask of TLS, and how the session is then opened.
fn asked(dialect: &'static Dialect, lines: &[&str]) -> (Option<Secure>, Security) {
    let mut module = module(dialect);
    let mut secure = None;
    for line in lines {
        ask(&mut module, line);
        while let Some(event) = module.poll_event() {
            match event {
                ModuleEvent::Secure(asked) => secure = Some(asked),
                ModuleEvent::Ftp(FtpOperation::Open(account)) => return (secure, account.security),
                event => panic!("{lines:?}: {event:?}"),
            }
        }
    }
    panic!("{lines:?} open no session")
}

fn file(storage: Volume, name: &str) -> Pem {
    let name = name.as_bytes().to_vec();
    Pem::File(LocalName { storage, name })
}

/// As the contexts are at the start, with the clock of a module that was told no time.
fn initial() -> Secure {
    let mut secure = Secure::new(TlsVersion::Any, Duration::from_secs(300));
    secure.ignore_time = true;
    secure.time = Some(NEVER_SET);
    secure
}

/// 1980-01-06.
const NEVER_SET: Duration = Duration::from_secs(315_964_800);
const OPEN: &str = "AT+QFTPOPEN=\"h\",21";
const IMPLICIT: &str = "AT+QFTPCFG=\"ssltype\",1";
const EXPLICIT: &str = "AT+QFTPCFG=\"ssltype\",2";

#[test]
fn of_the_settings_of_lte() {
    assert_eq!(asked(&EC2X, &[OPEN]), (None, Security::Plain));
    for dialect in [&EC20, &EC2X, &BG96] {
        let expected = (Some(initial()), Security::Implicit);
        assert_eq!(asked(dialect, &[IMPLICIT, OPEN]), expected);
    }
    for dialect in [&EC2X, &BG96] {
        let expected = (Some(initial()), Security::Explicit);
        assert_eq!(asked(dialect, &[EXPLICIT, OPEN]), expected);
    }
}

#[test]
fn of_the_ssl_context_that_is_chosen() {
    let lines = [
        IMPLICIT,
        "AT+QFTPCFG=\"sslctxid\",5",
        "AT+QSSLCFG=\"sslversion\",5,3",
        "AT+QSSLCFG=\"ciphersuite\",5,0XC02F",
        "AT+QSSLCFG=\"seclevel\",5,2",
        "AT+QSSLCFG=\"cacert\",5,\"ca.pem\"",
        "AT+QSSLCFG=\"clientcert\",5,\"UFS:c.pem\"",
        "AT+QSSLCFG=\"clientkey\",5,\"RAM:c.key\"",
        "AT+QSSLCFG=\"ignorelocaltime\",5,0",
        "AT+QSSLCFG=\"negotiatetime\",5,10",
        "AT+QSSLCFG=\"sni\",5,1",
        // Of another one.
        "AT+QSSLCFG=\"sslversion\",4,1",
        OPEN,
    ];
    let mut expected = Secure::new(TlsVersion::Tls1_2, Duration::from_secs(10));
    expected.time = Some(NEVER_SET);
    expected.cipher = Some(0xC02F);
    expected.authority = Some(file(Volume::Ufs, "ca.pem"));
    expected.identity = Some(ClientIdentity {
        certificate: file(Volume::Ufs, "c.pem"),
        key: file(Volume::Ram, "c.key"),
    });
    expected.server_name = true;
    expected.ignore_time = false;
    assert_eq!(asked(&EC2X, &lines), (Some(expected), Security::Implicit));
}

#[test]
fn levels_and_versions() {
    let with = |lines: &[&str]| {
        let before = [
            IMPLICIT,
            "AT+QSSLCFG=\"cacert\",0,\"a\"",
            "AT+QSSLCFG=\"clientcert\",0,\"b\"",
            "AT+QSSLCFG=\"clientkey\",0,\"c\"",
        ];
        let lines = [&before, lines, &[OPEN]].concat();
        asked(&EC2X, &lines).0.expect("TLS")
    };
    for (level, checked, shown) in [(0, false, false), (1, true, false), (2, true, true)] {
        let secure = with(&[&format!("AT+QSSLCFG=\"seclevel\",0,{level}")]);
        let found = (secure.authority.is_some(), secure.identity.is_some());
        assert_eq!(found, (checked, shown), "{level}");
    }
    let versions = [
        TlsVersion::Ssl3,
        TlsVersion::Tls1,
        TlsVersion::Tls1_1,
        TlsVersion::Tls1_2,
        TlsVersion::Any,
    ];
    for (number, version) in versions.into_iter().enumerate() {
        let secure = with(&[&format!("AT+QSSLCFG=\"sslversion\",0,{number}")]);
        assert_eq!(secure.version, version, "{number}");
    }
}

/// A certificate must be valid at the time that the host has set (COMMON 11.1).
#[test]
fn of_the_clock() {
    let set = "AT+CCLK=\"26/01/01,00:00:00+00\"";
    let time = Some(Duration::from_secs(1_767_225_600));
    let (secure, _) = asked(&EC2X, &[set, IMPLICIT, OPEN]);
    assert_eq!(secure.expect("TLS").time, time);
    let (secure, _) = asked(&NL668, &[set, "AT+FTPOPEN=\"h\",\"u\",\"p\",\"\",,,,1"]);
    assert_eq!(secure.expect("TLS").time, time);
}

#[test]
fn of_the_commands_of_nl668() {
    let open = "AT+FTPOPEN=\"h\",\"u\",\"p\",\"\",,,,1";
    let (secure, security) = asked(&NL668, &[open]);
    assert_eq!(security, Security::Implicit);
    let mut expected = initial();
    expected.ignore_time = false;
    assert_eq!(secure.as_ref(), Some(&expected));
    let lines = [
        "AT+GTSSLVER=4",
        "AT+GTSSLMODE=1",
        "AT+GTSSLFILE=\"TRUSTFILE\",4",
        "aaaa",
        "AT+GTSSLFILE=\"CAFILE\",4",
        "bbbb",
        "AT+GTSSLFILE=\"KEYFILE\",4",
        "cccc",
        open,
    ];
    expected.version = TlsVersion::Tls1_2;
    expected.authority = Some(Pem::Bytes(b"aaaa".to_vec()));
    expected.identity = Some(ClientIdentity {
        certificate: Pem::Bytes(b"bbbb".to_vec()),
        key: Pem::Bytes(b"cccc".to_vec()),
    });
    assert_eq!(asked(&NL668, &lines).0, Some(expected));
    let plain = "AT+FTPOPEN=\"h\",\"u\",\"p\",\"\",,,,0";
    assert_eq!(asked(&NL668, &[plain]), (None, Security::Plain));
}

fn fail(module: &mut Module, kind: FailureKind, text: &[u8]) -> String {
    let failure = FtpFailure {
        kind,
        reply: None,
        text: text.to_vec(),
    };
    module.handle_reply(NOW, DriverReply::Done(Err(failure)));
    printed(module)
}

#[test]
fn why_it_failed_is_told_once_asked() {
    let mut module = module(&EC2X);
    ask(&mut module, IMPLICIT);
    let before = ask(&mut module, "AT+QIGETERROR");
    assert_eq!(
        before,
        "\r\n+QIGETERROR: 0,operate successfully\r\n\r\nOK\r\n"
    );
    for (text, why) in [
        (&b"certificate has expired"[..], "certificate has expired"),
        (b"", "the server's certificate was refused"),
        (b"a \"b\"\r\n\x80", "a \"b\"  \u{fffd}"),
    ] {
        ask(&mut module, OPEN);
        let printed = fail(&mut module, FailureKind::Certificate, text);
        assert_eq!(printed, "\r\n+QFTPOPEN: 631,0\r\n");
        let printed = ask(&mut module, "AT+QIGETERROR");
        let expected = format!("\r\n+QIGETERROR: 566,{why}\r\n\r\nOK\r\n");
        assert_eq!(printed, expected);
    }
    // Something else than TLS: the word before stands.
    ask(&mut module, OPEN);
    fail(&mut module, FailureKind::Network, b"no route");
    let printed = ask(&mut module, "AT+QIGETERROR");
    assert!(printed.contains("566,"), "{printed}");
}

#[test]
fn nl668_tells_it_as_a_number() {
    let mut module = module(&NL668);
    assert_eq!(
        ask(&mut module, "AT+GTSSLERR?"),
        "\r\n+GTSSLERR: 0\r\n\r\nOK\r\n"
    );
    for (kind, number) in [
        (FailureKind::Tls, -7),
        (FailureKind::Certificate, -11),
        (FailureKind::TlsSetup, -12),
    ] {
        ask(&mut module, "AT+FTPOPEN=\"h\",\"u\",\"p\",\"\",,,,1");
        assert_eq!(fail(&mut module, kind, b""), "\r\n+FTPOPEN: 0\r\n");
        let printed = ask(&mut module, "AT+GTSSLERR?");
        let expected = format!("\r\n+GTSSLERR: {number}\r\n\r\nOK\r\n");
        assert_eq!(printed, expected, "{kind:?}");
    }
    for line in ["AT+GTSSLERR", "AT+GTSSLERR=1"] {
        assert_eq!(ask(&mut module, line), "\r\nERROR\r\n", "{line}");
    }
}
