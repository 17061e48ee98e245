//! A C program that logs in over TLS, at servers whose certificates are good and bad.

use std::fs;

use crate::library::{Linked, Program};
use crate::{at, run};
use qftp_test::servers::{Certificate, Kind, Server, Setup, certificates};

#[test]
fn what_cannot_be_is_refused_and_doing_without_it_told() {
    run("client_tls", &[]);
}

/// Dialect, where TLS begins, how the server is, which of CA, certificate and key are given, and the reason.
type Case = (&'static str, Setup, [bool; 3], &'static str);

fn cases() -> Vec<Case> {
    let explicit = Setup::explicit();
    let with = |certificate| Setup {
        certificate,
        ..explicit
    };
    let asking = |setup| Setup {
        client_certificates: true,
        ..setup
    };
    let (all, ca, none) = ([true; 3], [true, false, false], [false; 3]);
    vec![
        ("ec2x", asking(explicit), all, "-"),
        ("ec20", asking(Setup::implicit()), all, "-"),
        ("nl668", asking(Setup::implicit()), all, "-"),
        ("bg96", with(Certificate::UnknownAuthority), none, "-"),
        ("ec2x", asking(explicit), ca, "TLS failed"),
        (
            "ec2x",
            with(Certificate::Expired),
            ca,
            "certificate has expired",
        ),
        (
            "bg96",
            with(Certificate::WrongName),
            ca,
            "IP address mismatch",
        ),
        (
            "bg96",
            with(Certificate::UnknownAuthority),
            ca,
            "local issuer",
        ),
    ]
}

#[test]
fn certificates_are_given_as_text_and_a_bad_one_is_told_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let pems = certificates();
    let files = [
        ("ca.pem", &pems.authority),
        ("cert.pem", &pems.client.certificate),
        ("key.pem", &pems.client.key),
    ];
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("written");
    }
    let program = Program::compile("client_tls", Linked::SharedSanitized);
    for (dialect, setup, given, why) in cases() {
        let server = Server::start_with(Kind::Pyftpdlib, setup);
        let mut arguments = at(&server);
        arguments.push(dialect.to_owned());
        arguments.push(format!("{:?}", setup.tls).to_lowercase());
        for ((name, _), given) in files.iter().zip(given) {
            let path = given.then(|| folder.path().join(name).display().to_string());
            arguments.push(path.unwrap_or_else(|| "-".to_owned()));
        }
        arguments.push(why.to_owned());
        program.run(&arguments);
        if why != "-" {
            assert_eq!(server.accounts(), [""; 0], "{dialect} {setup:?}");
        }
    }
}
