//! ftps:// and ftpes:// URLs, through modules inside the program, at servers that insist on TLS.

use crate::running::Run;
use qftp_test::servers::{Certificate, Kind, PASSWORD, Server, Setup, USER, certificates};

/// A home with the certificates of the tests.
fn home() -> Run {
    let run = Run::new();
    let pems = certificates();
    run.file("ca.pem", &pems.authority)
        .file("cert.pem", &pems.client.certificate)
        .file("key.pem", &pems.client.key);
    run
}

/// The URL of a server's files, as its TLS asks for.
fn url(scheme: &str, server: &Server) -> String {
    format!("{scheme}://{USER}:{PASSWORD}@{}/", server.address)
}

const WAYS: [(&str, &str); 4] = [
    ("ftpes", "emulator://ec2x"),
    ("ftps", "emulator://ec20"),
    ("ftpes", "emulator://bg96"),
    ("ftps", "emulator://nl668"),
];

fn setup(scheme: &str) -> Setup {
    match scheme {
        "ftps" => Setup::implicit(),
        _ => Setup::explicit(),
    }
}

#[test]
fn files_go_up_and_come_back_with_a_certificate_of_one_s_own() {
    for (scheme, port) in WAYS {
        let server = Server::start_with(
            Kind::ProFtpd,
            Setup {
                client_certificates: true,
                ..setup(scheme)
            },
        );
        let run = home();
        run.file("a.txt", "12345");
        let url = url(scheme, &server);
        let tls = [
            "-p", port, "--ca", "ca.pem", "--cert", "cert.pem", "--key", "key.pem", "-v",
        ];
        let put = run
            .run(&[&tls[..], &["put", "a.txt", &url]].concat())
            .expect(0);
        assert_eq!(server.get("a.txt").as_deref(), Some(&b"12345"[..]));
        let shown = &put.stderr;
        assert!(
            !shown.contains("PRIVATE KEY") && !shown.contains(PASSWORD),
            "{shown}"
        );
        assert!(!shown.contains("warning"), "{shown}");
        let file = format!("{url}a.txt");
        let cat = run.run(&[&tls[..], &["cat", &file]].concat()).expect(0);
        assert_eq!(cat.text(), "12345");
        let error = run
            .run(&["--json", "-p", port, "--ca", "ca.pem", "rm", &file])
            .expect(35);
        assert_eq!(error.error()["module_code"], 631);
    }
}

#[test]
fn a_bad_certificate_is_told_with_what_to_try() {
    for (scheme, port) in WAYS {
        for (certificate, why, hint) in [
            (Certificate::Expired, "certificate has expired", "AT+CCLK"),
            (Certificate::WrongName, "mismatch", "made out to"),
            (Certificate::UnknownAuthority, "local issuer", "as CA"),
        ] {
            let setup = Setup {
                certificate,
                ..setup(scheme)
            };
            let server = Server::start_with(Kind::Pyftpdlib, setup);
            let run = home();
            let url = url(scheme, &server);
            let ended = run.run(&[
                "--json",
                "-p",
                port,
                "--ca",
                "ca.pem",
                "rm",
                &format!("{url}a"),
            ]);
            let error = ended.expect(35).error();
            // nl668 tells no two of them apart.
            let (why, hint) = match port {
                "emulator://nl668" => ("GTSSLERR -11", "AT+CCLK"),
                _ => (why, hint),
            };
            let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
            assert!(text("message").contains(why), "{error}");
            assert!(text("hint").contains(hint), "{error}");
            assert_eq!(server.accounts(), [""; 0], "{port} {certificate:?}");
        }
    }
}

#[test]
fn doing_without_verification_is_a_line_on_standard_error() {
    let setup = Setup {
        certificate: Certificate::UnknownAuthority,
        ..Setup::explicit()
    };
    let server = Server::start_with(Kind::Pyftpdlib, setup);
    let run = home();
    run.file("a.txt", "12345");
    let url = url("ftpes", &server);
    let words = ["-p", "emulator://ec2x", "--insecure", "put", "a.txt", &url];
    let ended = run.run(&words).expect(0);
    let there = std::fs::read(server.root.join("a.txt")).expect("a file");
    assert_eq!(there, b"12345");
    let warnings: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| line.contains("warning"))
        .collect();
    assert!(
        matches!(warnings.as_slice(), [one] if one.contains("not verified")),
        "{}",
        ended.stderr
    );
}
