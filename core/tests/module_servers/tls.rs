//! FTPS: a module that is told of certificates by its commands, at servers that insist on TLS.

mod certificates;
mod faults;
mod nl668;
mod sessions;
mod settings;

use std::fs;
use std::path::Path;

use qftp::dialect::Dialect;
use qftp::emulator::EmulatorOptions;
use tempfile::TempDir;

use qftp_test::at_session::{AtSession, open};
use qftp_test::servers::{Kind, Server, Setup, Tls, Version, certificates as pems};

/// A module with certificates in its flash, and a terminal at it.
struct Secured {
    session: AtSession,
    ufs: TempDir,
}

impl Secured {
    /// `ssltype` is the server's; the server's certificate is checked, dates too.
    fn at(dialect: &'static Dialect, server: &Server) -> Self {
        let ufs = tempfile::tempdir().expect("a folder");
        write_certificates(ufs.path());
        let mut options = EmulatorOptions::new(dialect);
        options.ufs = Some(ufs.path().to_owned());
        let mut session = AtSession::with(options, server);
        session.ok(match server.setup.tls {
            Tls::Plain => "AT+QFTPCFG=\"ssltype\",0",
            Tls::Implicit => "AT+QFTPCFG=\"ssltype\",1",
            Tls::Explicit => "AT+QFTPCFG=\"ssltype\",2",
        });
        session.ok("AT+QFTPCFG=\"sslctxid\",1");
        for setting in [
            "\"cacert\",1,\"ca.pem\"",
            "\"clientcert\",1,\"client.pem\"",
            "\"clientkey\",1,\"client.key\"",
            "\"seclevel\",1,1",
            "\"ignorelocaltime\",1,0",
        ] {
            session.ok(&format!("AT+QSSLCFG={setting}"));
        }
        Secured { session, ufs }
    }

    /// One of `AT+QSSLCFG`.
    fn set(&mut self, setting: &str) {
        self.session.ok(&format!("AT+QSSLCFG={setting}"));
    }

    /// What the URC of the login says.
    fn log_in(&mut self, server: &Server) -> String {
        self.session.ask(&open(server))
    }

    /// Why it failed.
    fn why(&mut self) -> String {
        self.session.enter("AT+QIGETERROR");
        self.session.expect("\r\n+QIGETERROR: 566,");
        let why = self.session.take_until("\r\n\r\nOK\r\n");
        String::from_utf8(why).expect("ASCII")
    }

    /// This text comes back from a file on the server.
    fn moves(&mut self, text: &[u8]) {
        let length = text.len();
        let put = format!("AT+QFTPPUT=\"f\",\"COM:\",0,{length},1");
        assert_eq!(self.session.put(&put, text), format!("0,{length}"));
        assert!(self.session.get("AT+QFTPGET=\"f\",\"COM:\"") == text);
    }
}

fn write_certificates(folder: &Path) {
    let pems = pems();
    for (name, content) in [
        ("ca.pem", &pems.authority),
        ("client.pem", &pems.client.certificate),
        ("client.key", &pems.client.key),
        ("foreign.pem", &pems.foreign_client.certificate),
        ("foreign.key", &pems.foreign_client.key),
    ] {
        fs::write(folder.join(name), content).expect("written");
    }
}

/// All that a server can do with TLS, in each of these versions.
fn setups(kind: Kind, versions: &[Version]) -> Vec<Setup> {
    [Setup::explicit(), Setup::implicit()]
        .into_iter()
        .flat_map(|setup| {
            let version = move |version: &Version| Setup {
                version: *version,
                ..setup
            };
            versions.iter().map(version)
        })
        .filter(|setup| kind.can(setup))
        .collect()
}
