//! Certificates that are refused, by the module and by servers.

use std::fs;

use qftp::dialect::ec2x::EC2X;

use super::{Secured, setups};
use qftp_test::servers::{Certificate, Kind, Server, Setup, Version, certificates};

/// How what the module says of a server's certificate begins: OpenSSL words the rest differently from version to version.
fn complaint(certificate: Certificate) -> &'static str {
    match certificate {
        Certificate::Good => "",
        Certificate::Expired => "certificate has expired",
        Certificate::NotYetValid => "certificate is not yet valid",
        Certificate::WrongName => "IP address mismatch",
        Certificate::UnknownAuthority => "unable to get local issuer certificate",
    }
}

#[test]
fn a_bad_certificate_of_the_server_is_631_and_no_account_is_sent() {
    for kind in Kind::ALL {
        for setup in setups(kind, &[Version::Default]) {
            for certificate in Certificate::BAD {
                let server = Server::start_with(
                    kind,
                    Setup {
                        certificate,
                        ..setup
                    },
                );
                let mut secured = Secured::at(&EC2X, &server);
                let place = format!("{kind:?} {certificate:?} {:?}", setup.tls);
                assert_eq!(secured.log_in(&server), "631,0", "{place}");
                let why = secured.why();
                assert!(why.starts_with(complaint(certificate)), "{place}: {why}");
                assert_eq!(server.accounts(), [""; 0], "{place}");
            }
        }
    }
}

#[test]
fn nobody_asks_at_level_0_and_for_dates_only_where_told() {
    for certificate in Certificate::BAD {
        let setup = Setup::explicit();
        let server = Server::start_with(
            Kind::Vsftpd,
            Setup {
                certificate,
                ..setup
            },
        );
        let mut secured = Secured::at(&EC2X, &server);
        secured.set("\"ignorelocaltime\",1,1");
        let of_dates = [Certificate::Expired, Certificate::NotYetValid].contains(&certificate);
        let expected = if of_dates { "0,0" } else { "631,0" };
        assert_eq!(secured.log_in(&server), expected, "{certificate:?}");
        if of_dates {
            secured.session.ask("AT+QFTPCLOSE");
        }
        secured.set("\"seclevel\",1,0");
        secured.set("\"cacert\",1,\"\"");
        assert_eq!(secured.log_in(&server), "0,0", "{certificate:?}");
        secured.moves(b"hello");
    }
}

#[test]
fn a_server_that_wants_a_certificate_gets_one_at_level_2() {
    for kind in [Kind::Vsftpd, Kind::ProFtpd, Kind::Pyftpdlib] {
        for setup in setups(kind, &[Version::V1_2, Version::V1_3]) {
            let setup = Setup {
                client_certificates: true,
                ..setup
            };
            let server = Server::start_with(kind, setup);
            let place = format!("{kind:?} {:?} {:?}", setup.tls, setup.version);
            let mut secured = Secured::at(&EC2X, &server);
            assert_eq!(secured.log_in(&server), "631,0", "{place}");
            assert_ne!(secured.why(), "", "{place}");
            secured.set("\"seclevel\",1,2");
            secured.set("\"clientcert\",1,\"foreign.pem\"");
            secured.set("\"clientkey\",1,\"foreign.key\"");
            assert_eq!(secured.log_in(&server), "631,0", "{place}");
            assert_eq!(server.accounts(), [""; 0], "{place}");
            secured.set("\"clientcert\",1,\"client.pem\"");
            secured.set("\"clientkey\",1,\"client.key\"");
            assert_eq!(secured.log_in(&server), "0,0", "{place}");
            secured.moves(b"hello");
        }
    }
}

#[test]
fn a_certificate_has_to_be_for_the_name_that_was_called() {
    let called = |server: &Server| {
        let mut secured = Secured::at(&EC2X, server);
        let port = server.address.port();
        let open = format!("AT+QFTPOPEN=\"localhost\",{port}");
        (secured.session.ask(&open), secured)
    };
    let setup = Setup::implicit();
    let good = Server::start_with(Kind::ProFtpd, setup);
    let (opened, mut secured) = called(&good);
    assert_eq!(opened, "0,0");
    secured.moves(b"hello");
    let certificate = Certificate::WrongName;
    let wrong = Server::start_with(
        Kind::ProFtpd,
        Setup {
            certificate,
            ..setup
        },
    );
    let (opened, mut secured) = called(&wrong);
    assert_eq!(opened, "631,0");
    let why = secured.why();
    assert!(why.starts_with("hostname mismatch"), "{why}");
    assert_eq!(wrong.accounts(), [""; 0]);
}

/// Without the authority behind it.
#[test]
fn a_server_is_known_by_its_own_certificate() {
    let server = Server::start_with(Kind::Vsftpd, Setup::explicit());
    let mut secured = Secured::at(&EC2X, &server);
    let own = &certificates().server(Certificate::Good).certificate;
    fs::write(secured.ufs.path().join("own.pem"), own).expect("written");
    secured.set("\"cacert\",1,\"own.pem\"");
    assert_eq!(secured.log_in(&server), "0,0");
    secured.moves(b"hello");
    secured.session.ask("AT+QFTPCLOSE");
    let other = &certificates().client.certificate;
    fs::write(secured.ufs.path().join("other.pem"), other).expect("written");
    secured.set("\"cacert\",1,\"other.pem\"");
    assert_eq!(secured.log_in(&server), "631,0");
}
