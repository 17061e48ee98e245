//! The same over TLS: certificates given to the client, checked by the module, and told why where they are not good.

use std::sync::{Arc, Mutex};

use qftp::ErrorKind;
use qftp::client::{Client, ClientOptions, Login, Tls, TlsMode, Warning};
use qftp::codes::ModuleCode;
use qftp::dialect::{self, Dialect, Family};
use qftp::emulator::{self, Emulator};

use crate::{every_byte, get, put};
use qftp_test::servers::{self, Certificate, Kind, Server, Setup, certificates};

/// Where TLS begins, for the server.
fn setup(mode: TlsMode) -> Setup {
    match mode {
        TlsMode::Implicit => Setup::implicit(),
        TlsMode::Explicit => Setup::explicit(),
    }
}

/// Every way of a dialect to this kind of server.
fn ways(kind: Kind) -> impl Iterator<Item = (&'static Dialect, TlsMode)> {
    let modes = [TlsMode::Implicit, TlsMode::Explicit];
    let all = dialect::ALL
        .iter()
        .flat_map(move |dialect| modes.map(|mode| (*dialect, mode)));
    all.filter(move |(dialect, mode)| kind.can(&setup(*mode)) && can(dialect, *mode))
}

fn can(dialect: &Dialect, mode: TlsMode) -> bool {
    match (dialect.name, mode) {
        ("gsm", _) => false,
        ("ec20" | "nl668", mode) => mode == TlsMode::Implicit,
        _ => true,
    }
}

/// Trusts the authority of the tests.
fn trusting(mode: TlsMode) -> Tls {
    let mut tls = Tls::new(mode);
    tls.ca = Some(certificates().authority.clone());
    tls
}

fn to(server: &Server, tls: Tls) -> Login {
    let host = server.address.ip().to_string();
    let mut login = Login::new(host, server.user, server.password).over(tls);
    login.port = server.address.port();
    login
}

/// A module, a client on it, and all that its log has shown.
fn client(dialect: &'static Dialect) -> (Emulator, Client, Arc<Mutex<String>>) {
    let (module, line) =
        Emulator::in_process(emulator::EmulatorOptions::new(dialect)).expect("a module");
    let mut client = ClientOptions::new().with_port(line).expect("a client");
    let log = Arc::new(Mutex::new(String::new()));
    let lines = Arc::clone(&log);
    client.on_line(move |line| {
        let mut log = lines.lock().expect("no thread has panicked");
        *log += &line.text.escape_ascii().to_string();
        log.push('\n');
    });
    (module, client, log)
}

fn take(log: &Arc<Mutex<String>>) -> String {
    std::mem::take(&mut *log.lock().expect("no thread has panicked"))
}

#[test]
fn files_go_up_and_come_back_and_the_certificate_goes_to_the_module_once() {
    for kind in Kind::ALL {
        for (dialect, mode) in ways(kind) {
            let server = Server::start_with(kind, setup(mode));
            let (_module, mut client, log) = client(dialect);
            let place = format!("{kind:?} {} {mode:?}", dialect.name);
            let login = to(&server, trusting(mode));
            client.login(&login).expect(&place);
            let content = every_byte(100_000);
            put(&mut client, "file.bin", &content, 0);
            assert!(
                server.get("file.bin").as_deref() == Some(&content[..]),
                "{place}"
            );
            assert!(get(&mut client, "file.bin", 0) == content, "{place}");
            let first = take(&log);
            assert_eq!(
                first.contains("QFUPL"),
                dialect.family == Family::Lte,
                "{place}"
            );
            client.login(&login).expect(&place);
            put(&mut client, "file.bin", b"again", 0);
            client.logout().expect(&place);
            assert!(!take(&log).contains("QFUPL"), "{place}");
        }
    }
}

/// What the error says of a certificate: the words of OpenSSL, where the module has words.
fn why(dialect: &Dialect, certificate: Certificate) -> (&'static str, &'static str) {
    match certificate {
        _ if dialect.family == Family::Fibocom => ("GTSSLERR -11", "clock"),
        Certificate::Good => ("", ""),
        Certificate::Expired => ("certificate has expired", "clock"),
        Certificate::NotYetValid => ("certificate is not yet valid", "clock"),
        Certificate::WrongName => ("IP address mismatch", "made out to"),
        Certificate::UnknownAuthority => ("unable to get local issuer", "as CA"),
    }
}

#[test]
fn a_bad_certificate_is_631_with_the_reason_and_no_account_is_sent() {
    for kind in Kind::ALL {
        for mode in [TlsMode::Implicit, TlsMode::Explicit] {
            for certificate in Certificate::BAD {
                let setup = Setup {
                    certificate,
                    ..setup(mode)
                };
                if !kind.can(&setup) {
                    continue;
                }
                let server = Server::start_with(kind, setup);
                let able = dialect::ALL.iter().filter(|dialect| can(dialect, mode));
                for dialect in able {
                    let (_module, mut client, _) = client(dialect);
                    let place = format!("{kind:?} {} {setup:?}", dialect.name);
                    let error = client
                        .login(&to(&server, trusting(mode)))
                        .expect_err(&place);
                    let (words, advice) = why(dialect, certificate);
                    assert_eq!(
                        error.module_code(),
                        Some(ModuleCode(631)),
                        "{place}: {error}"
                    );
                    assert!(error.to_string().contains(words), "{place}: {error}");
                    let dates = advice == "clock";
                    let clock = error.to_string().contains("; the module's clock says 20");
                    assert_eq!(clock, dates, "{place}: {error}");
                    let hint = error.hint().unwrap_or_default();
                    assert!(hint.contains(advice), "{place}: {error}: {hint}");
                    assert!(!error.to_string().contains(server.password), "{error}");
                }
                assert_eq!(server.accounts(), [""; 0], "{kind:?} {setup:?}");
            }
        }
    }
}

#[test]
fn a_server_that_wants_a_certificate_gets_it_and_lets_nobody_in_without() {
    let pems = certificates();
    let shown = |mode, pair: &servers::Pair| {
        let mut tls = trusting(mode);
        tls.certificate = Some(pair.certificate.clone());
        tls.key = Some(pair.key.clone());
        tls
    };
    for kind in Kind::ALL {
        for (dialect, mode) in ways(kind) {
            let setup = Setup {
                client_certificates: true,
                ..setup(mode)
            };
            if !kind.can(&setup) {
                continue;
            }
            let server = Server::start_with(kind, setup);
            let (_module, mut client, log) = client(dialect);
            let place = format!("{kind:?} {} {mode:?}", dialect.name);
            for tls in [trusting(mode), shown(mode, &pems.foreign_client)] {
                let error = client.login(&to(&server, tls)).expect_err(&place);
                assert_eq!(
                    error.module_code(),
                    Some(ModuleCode(631)),
                    "{place}: {error}"
                );
            }
            assert_eq!(server.accounts(), [""; 0], "{place}");
            client
                .login(&to(&server, shown(mode, &pems.client)))
                .expect(&place);
            put(&mut client, "file.bin", b"12345", 0);
            assert_eq!(server.get("file.bin").as_deref(), Some(&b"12345"[..]));
            client.logout().expect(&place);
            let log = take(&log);
            assert!(
                !log.contains("PRIVATE KEY") && !log.contains(server.password),
                "{place}"
            );
        }
    }
}

/// Without verification any certificate will do, and that is told; without dates an expired one will.
#[test]
fn doing_without_checks_is_told_and_then_done() {
    for (dialect, mode) in ways(Kind::Pyftpdlib) {
        let mut unverified = Tls::new(mode);
        unverified.verify = false;
        let mut dateless = trusting(mode);
        dateless.check_dates = false;
        let mut cases = vec![(
            Certificate::UnknownAuthority,
            unverified,
            Warning::NotVerified,
        )];
        if dialect.family == Family::Lte {
            cases.push((Certificate::Expired, dateless, Warning::DatesNotChecked));
        }
        for (certificate, tls, warning) in cases {
            let setup = Setup {
                certificate,
                ..setup(mode)
            };
            let server = Server::start_with(Kind::Pyftpdlib, setup);
            let (_module, mut client, _) = client(dialect);
            let told = Arc::new(Mutex::new(Vec::new()));
            let warnings = Arc::clone(&told);
            client.on_warning(move |warning| {
                warnings
                    .lock()
                    .expect("no thread has panicked")
                    .push(warning);
            });
            client.login(&to(&server, tls)).expect(dialect.name);
            put(&mut client, "file.bin", b"12345", 0);
            client.logout().expect(dialect.name);
            assert_eq!(*told.lock().expect("no thread has panicked"), [warning]);
        }
    }
}

/// From TLS to a server in clear, and back.
#[test]
fn a_session_in_clear_follows_one_over_tls() {
    for (dialect, mode) in ways(Kind::Pyftpdlib) {
        let secure = Server::start_with(Kind::Pyftpdlib, setup(mode));
        let clear = Server::start(Kind::Pyftpdlib);
        let (_module, mut client, _) = client(dialect);
        let over_tls = to(&secure, trusting(mode));
        let mut in_clear = to(&clear, trusting(mode));
        in_clear.tls = None;
        for login in [&over_tls, &in_clear, &over_tls] {
            client.login(login).expect(dialect.name);
            put(&mut client, "file.bin", b"12345", 0);
        }
        client.logout().expect(dialect.name);
        assert_eq!(clear.get("file.bin").as_deref(), Some(&b"12345"[..]));
    }
}

/// TLS where there is none, and none where there must be.
#[test]
fn servers_that_speak_otherwise_are_an_error_and_are_sent_no_account() {
    for (dialect, mode) in ways(Kind::Pyftpdlib) {
        let clear = Server::start(Kind::Pyftpdlib);
        let (_module, mut client, _) = client(dialect);
        let error = client
            .login(&to(&clear, trusting(mode)))
            .expect_err("no TLS there");
        assert!(error.kind() == ErrorKind::Tls, "{} {error}", dialect.name);
        assert_eq!(
            error.module_code(),
            Some(ModuleCode(631)),
            "{} {mode:?} {error}",
            dialect.name
        );
        assert_eq!(clear.accounts(), [""; 0]);
    }
}
