//! Sets up the server of a test: its address, and its TLS.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::process::Command;

use openssl::ssl::{SslConnector, SslFiletype, SslMethod, SslVerifyMode};

use super::certificates::{Certificate, Files};
use super::{Kind, Site};

/// Tells where TLS begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// No TLS.
    #[default]
    Plain,
    /// With AUTH TLS; who gives an account before that is refused, and so are data in the clear.
    Explicit,
    /// With the connection.
    Implicit,
}

/// Limits the versions of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// Those of the server's default: 1.2 and 1.3 with all.
    #[default]
    Default,
    /// 1.0 alone, with the weak ciphers that it takes.
    V1_0,
    /// 1.2 alone.
    V1_2,
    /// 1.3 alone.
    V1_3,
}

impl Version {
    /// Returns the version's name in the system's OpenSSL.
    fn name(self) -> Option<&'static str> {
        match self {
            Version::Default => None,
            Version::V1_0 => Some("TLSv1"),
            Version::V1_2 => Some("TLSv1.2"),
            Version::V1_3 => Some("TLSv1.3"),
        }
    }
}

/// Holds what a server is started with: `Setup { version: Version::V1_2, ..Setup::explicit() }`.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// An address of this machine.
    pub at: IpAddr,
    /// Names the address in its replies to PASV; its own where `None`.
    pub announced: Option<Ipv4Addr>,
    /// Says whether and how connections are protected.
    pub tls: Tls,
    /// Limits the TLS version.
    pub version: Version,
    /// Chooses the certificate it shows.
    pub certificate: Certificate,
    /// Clients without a certificate of the authority are refused.
    pub client_certificates: bool,
    /// Demands that a data connection takes up the control connection's session, where that is the server's default:
    /// vsftpd and ProFTPD. The other two never ask.
    pub session_reuse: bool,
}

impl Setup {
    /// Returns a setup on 127.0.0.1, without TLS.
    pub fn plain() -> Self {
        Setup {
            at: Ipv4Addr::LOCALHOST.into(),
            announced: None,
            tls: Tls::Plain,
            version: Version::Default,
            certificate: Certificate::Good,
            client_certificates: false,
            session_reuse: true,
        }
    }

    /// Returns a setup on 127.0.0.1, with a good certificate and the server's defaults.
    pub fn explicit() -> Self {
        Setup {
            tls: Tls::Explicit,
            ..Self::plain()
        }
    }

    /// Returns the same setup with TLS from the first byte.
    pub fn implicit() -> Self {
        Setup {
            tls: Tls::Implicit,
            ..Self::plain()
        }
    }
}

impl Kind {
    /// Tells whether this server can be set up so: Debian's Pure-FTPd has no implicit TLS, no TLS 1.0, and no option
    /// to ask for a client's certificate.
    pub fn can(self, setup: &Setup) -> bool {
        self != Kind::PureFtpd
            || (setup.tls != Tls::Implicit
                && setup.version != Version::V1_0
                && !setup.client_certificates)
    }
}

/// Has OpenSSL speak this version and no other, for servers that have no option for it.
pub(crate) fn limit_version(command: &mut Command, site: &Site<'_>) -> io::Result<()> {
    let version = site.setup.version;
    let Some(name) = version.name() else {
        return Ok(());
    };
    let mut text =
        String::from("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n");
    let _ = writeln!(text, "MinProtocol = {name}\nMaxProtocol = {name}");
    if version == Version::V1_0 {
        text.push_str("CipherString = DEFAULT@SECLEVEL=0\n");
    }
    let file = site.folder.join("openssl.cnf");
    fs::write(&file, text)?;
    command.env("OPENSSL_CONF", file);
    Ok(())
}

/// Connects and trusts every server, to see if it has come up.
pub(crate) fn connect(stream: TcpStream, files: &Files) -> io::Result<impl io::Read> {
    let mut connector = SslConnector::builder(SslMethod::tls())?;
    connector.set_verify(SslVerifyMode::NONE);
    connector.set_security_level(0);
    connector.set_min_proto_version(None)?;
    connector.set_cipher_list("DEFAULT@SECLEVEL=0")?;
    connector.set_certificate_file(&files.client, SslFiletype::PEM)?;
    connector.set_private_key_file(&files.client_key, SslFiletype::PEM)?;
    let mut configuration = connector.build().configure()?;
    configuration.set_verify_hostname(false);
    configuration
        .connect("localhost", stream)
        .map_err(io::Error::other)
}
