//! TLS of `qftp serve`: what can be said about it, and the one configuration for control and data connections.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;

use super::certificate::{Authority, Pair};
use crate::exit::Exit;
use crate::problem::Problem;

/// Where TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// With AUTH TLS, on a connection that begins in the clear
    Explicit,
    /// With the connection
    Implicit,
}

impl Mode {
    /// The scheme of such a server's URL.
    pub(crate) fn scheme(self) -> &'static str {
        match self {
            Mode::Explicit => "ftpes",
            Mode::Implicit => "ftps",
        }
    }
}

/// What can be said about it.
#[derive(Args)]
pub(crate) struct Wanted {
    /// TLS, by AUTH TLS or from the first byte; plain accounts and PASV are refused then
    #[arg(long, value_name = "MODE", num_args = 0..=1, default_missing_value = "explicit")]
    tls: Option<Mode>,
    /// Folder that keeps the authority for the next run; by default one that vanishes
    #[arg(long, value_name = "DIR", requires = "tls")]
    tls_dir: Option<PathBuf>,
    /// Another name or address for the certificate, as modules call this server
    #[arg(long, value_name = "NAME", requires = "tls")]
    tls_name: Vec<String>,
}

/// How a server speaks TLS.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    pub(crate) mode: Mode,
    pub(super) config: Arc<ServerConfig>,
}

/// That, and the file of the authority that its clients have to trust, where one was made.
pub(crate) struct Made {
    pub(crate) tls: Tls,
    authority: Option<PathBuf>,
    /// Deleted at the end.
    _folder: Option<TempDir>,
}

impl Made {
    /// The authority's file.
    pub(crate) fn authority(&self) -> Option<&Path> {
        self.authority.as_deref()
    }
}

/// As it was asked for; `own` is a certificate and its key, `served` the folder that everybody sees.
pub(super) fn make(
    wanted: &Wanted,
    own: Option<(&Path, &Path)>,
    listen: SocketAddr,
    served: &Path,
) -> Result<Option<Made>, Problem> {
    match (wanted.tls, own) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Problem::usage("--cert is given, and not --tls")),
        (Some(mode), None) => {
            let dir = wanted.tls_dir.as_deref();
            if dir.is_some_and(|dir| is_within(dir, served)) {
                let message = "--tls-dir is within the served folder, and keeps a key";
                return Err(Problem::usage(message));
            }
            make_certificate(mode, listen.ip(), dir, &wanted.tls_name).map(Some)
        }
        (Some(_), Some(_)) if wanted.tls_dir.is_some() || !wanted.tls_name.is_empty() => {
            let message =
                "--tls-dir and --tls-name are for a certificate that is made, --cert is another";
            Err(Problem::usage(message))
        }
        (Some(mode), Some(files)) => Ok(Some(Made {
            tls: Tls {
                mode,
                config: configuration_of(files)?,
            },
            authority: None,
            _folder: None,
        })),
    }
}

/// With a certificate of one's own.
fn configuration_of((cert, key): (&Path, &Path)) -> Result<Arc<ServerConfig>, Problem> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| Problem::read(path, &error));
    let pair = Pair {
        certificate: read(cert)?,
        key: read(key)?,
    };
    configuration(&pair).map_err(|error| {
        let files = format!("{} with {}", cert.display(), key.display());
        Problem::usage(format!("{files}: {error}")).hint("both are PEM, the key not encrypted")
    })
}

/// With a certificate made now, for a server that listens there.
pub(crate) fn make_certificate(
    mode: Mode,
    listen: IpAddr,
    dir: Option<&Path>,
    names: &[String],
) -> Result<Made, Problem> {
    if let Some(name) = names.iter().find(|name| !is_name(name)) {
        return Err(Problem::usage(format!(
            "{name} is no host name and no address"
        )));
    }
    let failed = |error: io::Error| {
        let place = dir.map_or(String::new(), |dir| format!("{}: ", dir.display()));
        Problem::new(Exit::LocalWrite, format!("{place}no certificate: {error}"))
    };
    let (folder, place) = if let Some(dir) = dir {
        std::fs::create_dir_all(dir).map_err(failed)?;
        (None, dir.to_owned())
    } else {
        let folder = tempfile::Builder::new().prefix("qftp-serve-").tempdir();
        let folder = folder.map_err(failed)?;
        let path = folder.path().to_owned();
        (Some(folder), path)
    };
    let authority = Authority::of(&place).map_err(failed)?;
    let pair = authority.issue(&known_as(listen, names)).map_err(failed)?;
    let config = configuration(&pair).map_err(failed)?;
    Ok(Made {
        tls: Tls { mode, config },
        authority: Some(authority.file().to_owned()),
        _folder: folder,
    })
}

/// Whether a folder, there or not, is the other one or in it.
fn is_within(dir: &Path, other: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    matches!((whole(dir), whole(other)), (Ok(dir), Ok(other)) if dir.starts_with(&other))
}

/// Whether it can be the name of a host, or an address.
fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.*:".contains(&byte);
    !name.is_empty() && name.bytes().all(is_part)
}

/// The names and addresses of a server.
fn known_as(listen: IpAddr, more: &[String]) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    if listen.is_unspecified() {
        names.extend(outward(listen).map(|address| address.to_string()));
    } else {
        names.push(listen.to_string());
    }
    names.extend_from_slice(more);
    names.sort_unstable();
    names.dedup();
    names
}

/// The address that this machine has for others. Nothing is sent: the addresses are of documentation.
fn outward(any: IpAddr) -> Option<IpAddr> {
    let far = if any.is_ipv4() {
        "192.0.2.1"
    } else {
        "2001:db8::1"
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((far, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// TLS 1.2 and 1.3. Sessions are taken up again in 1.2 alone: in 1.3 tickets come behind the handshake, and a client that
/// sends a file and closes without having read them, as curl does, cuts off the end of its file by a reset.
fn configuration(pair: &Pair) -> io::Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_slice_iter(&pair.certificate)
        .collect::<Result<Vec<_>, _>>()
        .map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_slice(&pair.key).map_err(io::Error::other)?;
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(io::Error::other)?;
    config.send_tls13_tickets = 0;
    config.ticketer = ring::Ticketer::new().map_err(io::Error::other)?;
    Ok(Arc::new(config))
}
