//! Real FTP servers for tests: each [`Server`] is a process of its own on free loopback ports, with a folder of its
//! own, and ends with the value that stands for it.
//!
//! ```
//! use qftp_test::servers::{Kind, Server};
//!
//! for kind in Kind::ALL {
//!     let server = Server::start(kind);
//!     server.put("a.txt", b"hello");           // by curl
//!     // … what is tested, against server.address …
//!     assert_eq!(server.get("a.txt").as_deref(), Some(&b"hello"[..]));
//! }
//! ```
//!
//! With TLS: `Server::start_with(kind, Setup { certificate: Certificate::Expired, ..Setup::explicit() })`, where
//! [`Kind::can`]. [`Server::accounts`] says who tried to log in.
//!
//! `scripts/test-setup.sh` brings what is run here; `make test` calls it. A server that does not start panics and says
//! what it logged.

mod accounts;
mod certificates;
mod curl;
mod ports;
mod process;
mod proftpd;
mod pureftpd;
mod pyftpdlib;
mod setup;
mod vsftpd;

use std::fs;
use std::io::{self, Read as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::ops::RangeInclusive;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use accounts::AuthLog;
use ports::Ports;
use process::Process;
use rustix::process::Signal;
use tempfile::TempDir;

pub use certificates::{Certificate, Files, Pair, certificates};
pub use setup::{Setup, Tls, Version};

/// Names the user who can log in.
pub const USER: &str = "qftptest";
/// Holds the user's password, which is no secret.
pub const PASSWORD: &str = "qftp-secret";
/// Names the file with the password's hash; the setup script writes it.
const PASSWORD_FILE: &str = "/etc/qftptest.passwd";

/// Tells what to do when something is missing.
const SETUP: &str = "run `make test`, which brings the servers and starts the tests as root";

/// A server goes without an answer for at most this long before its start has failed.
const START: Duration = Duration::from_secs(30);

/// Names a server program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// vsftpd, in C.
    Vsftpd,
    /// ProFTPD, in C.
    ProFtpd,
    /// Pure-FTPd, in C.
    PureFtpd,
    /// pyftpdlib, in Python.
    Pyftpdlib,
}

impl Kind {
    /// Lists all of them.
    pub const ALL: [Kind; 4] = [Kind::Vsftpd, Kind::ProFtpd, Kind::PureFtpd, Kind::Pyftpdlib];
}

/// A running server. It ends when this is dropped, and also when the test program dies.
#[derive(Debug)]
pub struct Server {
    /// Names its program.
    pub kind: Kind,
    /// Holds what it was started with.
    pub setup: Setup,
    /// With TLS: the authority's certificate, and one for a client.
    pub files: Option<Files>,
    /// Its control port.
    pub address: SocketAddr,
    /// Names the user who can log in.
    pub user: &'static str,
    /// Holds the user's password.
    pub password: &'static str,
    /// Names the folder that is "/" for the user.
    pub root: PathBuf,
    // In this order: the process ends, then its ports are free, then its folder goes.
    process: Process,
    auth_log: Option<AuthLog>,
    ports: Ports,
    folder: TempDir,
}

/// Holds what a server is to be started with.
struct Site<'a> {
    setup: &'a Setup,
    ports: &'a Ports,
    /// With TLS.
    files: Option<&'a Files>,
    /// The folder of its configuration and logs, writable to root alone.
    folder: &'a Path,
    root: &'a Path,
    account: &'a Account,
}

/// The system's user that the server's files belong to.
struct Account {
    uid: u32,
    gid: u32,
    password_hash: String,
}

impl Server {
    /// Starts a server on 127.0.0.1.
    pub fn start(kind: Kind) -> Self {
        Self::start_at(kind, Ipv4Addr::LOCALHOST.into())
    }

    /// Starts a server on this loopback address.
    pub fn start_at(kind: Kind, at: IpAddr) -> Self {
        let plain = Setup::plain();
        Self::start_with(kind, Setup { at, ..plain })
    }

    /// Starts a server there with this address in its replies to PASV: right or wrong, as behind a NAT.
    pub fn start_announcing(kind: Kind, at: IpAddr, announced: Ipv4Addr) -> Self {
        let announced = Some(announced);
        let plain = Setup::plain();
        Self::start_with(
            kind,
            Setup {
                at,
                announced,
                ..plain
            },
        )
    }

    /// Returns the ports where it listens in passive mode.
    pub fn passive_ports(&self) -> RangeInclusive<u16> {
        self.ports.passive()
    }

    /// Starts a server with this setup.
    pub fn start_with(kind: Kind, setup: Setup) -> Self {
        assert!(kind.can(&setup), "{kind:?} cannot do {setup:?}");
        match Self::try_start(kind, setup) {
            Ok(server) => server,
            Err(error) => panic!("{kind:?} does not start with {setup:?}: {error}"),
        }
    }

    /// Ends the server at once, with all sessions, as SIGKILL does. Its port refuses from then on.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it anew on the same port, and waits until it greets.
    pub fn restart(&mut self) {
        let greeted = self.process.restart().and_then(|()| {
            let first_byte = self.files.as_ref();
            let first_byte = first_byte.filter(|_| self.setup.tls == Tls::Implicit);
            wait_for_greeting(self.address, first_byte, &mut self.process)
        });
        greeted.unwrap_or_else(|error| panic!("{:?} does not start again: {error}", self.kind));
    }

    /// Stops the server with all sessions, as SIGSTOP does: its sockets stay, and nothing answers.
    pub fn pause(&self) {
        self.process.signal(Signal::STOP);
    }

    /// Lets a stopped server go on.
    pub fn resume(&self) {
        self.process.signal(Signal::CONT);
    }

    fn try_start(kind: Kind, setup: Setup) -> io::Result<Self> {
        let at = setup.at;
        let account = Account::find()?;
        let folder = tempfile::Builder::new().prefix("qftp-server-").tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let root = folder.path().join("root");
        fs::create_dir(&root)?;
        chown(&root, Some(account.uid), Some(account.gid))
            .map_err(|error| io::Error::other(format!("{error}: {SETUP}")))?;
        let ports = Ports::claim(at)?;
        let address = SocketAddr::new(at, ports.control());
        let files = match setup.tls {
            Tls::Plain => None,
            Tls::Explicit | Tls::Implicit => Some(Files::write(folder.path(), setup.certificate)?),
        };
        let site = Site {
            setup: &setup,
            ports: &ports,
            files: files.as_ref(),
            folder: folder.path(),
            root: &root,
            account: &account,
        };
        let auth_log = match kind {
            Kind::PureFtpd => Some(AuthLog::open(folder.path())?),
            _ => None,
        };
        let command = match kind {
            Kind::Vsftpd => vsftpd::command(&site),
            Kind::ProFtpd => proftpd::command(&site),
            Kind::PureFtpd => pureftpd::command(&site),
            Kind::Pyftpdlib => pyftpdlib::command(&site),
        }?;
        let mut process = Process::start(command, &folder.path().join("log"))?;
        let first_byte = files.as_ref().filter(|_| setup.tls == Tls::Implicit);
        wait_for_greeting(address, first_byte, &mut process)?;
        Ok(Server {
            kind,
            setup,
            files,
            address,
            user: USER,
            password: PASSWORD,
            root,
            process,
            auth_log,
            ports,
            folder,
        })
    }
}

/// Waits until the server sends 220; before that it may not listen, or not have come to greet.
fn wait_for_greeting(
    address: SocketAddr,
    implicit: Option<&Files>,
    process: &mut Process,
) -> io::Result<()> {
    let started = Instant::now();
    loop {
        let greeting = TcpStream::connect(address).and_then(|mut stream| {
            stream.set_read_timeout(Some(START))?;
            let mut code = [0; 3];
            match implicit {
                None => stream.read_exact(&mut code)?,
                Some(files) => setup::connect(stream, files)?.read_exact(&mut code)?,
            }
            Ok(code)
        });
        if let Some(printed) = process.ended()? {
            return Err(io::Error::other(format!("it ended: {printed}; {SETUP}")));
        }
        match greeting {
            Ok([b'2', b'2', b'0']) => return Ok(()),
            Ok(code) => {
                let code = code.escape_ascii();
                return Err(io::Error::other(format!("it greets with {code}")));
            }
            Err(_) if started.elapsed() < START => thread::sleep(Duration::from_millis(10)),
            Err(error) => {
                return Err(io::Error::other(format!("{error}: {}", process.printed())));
            }
        }
    }
}

impl Account {
    fn find() -> io::Result<Self> {
        let missing = |what: &str| io::Error::other(format!("{what}: {SETUP}"));
        let users = fs::read_to_string("/etc/passwd")?;
        let numbers = users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let is_ours = fields.next() == Some(USER);
            let (uid, gid) = (fields.nth(1)?, fields.next()?);
            is_ours.then_some((uid.parse().ok()?, gid.parse().ok()?))
        });
        let (uid, gid) = numbers.ok_or_else(|| missing("there is no user qftptest"))?;
        let passwords = fs::read_to_string(PASSWORD_FILE)
            .map_err(|error| missing(&format!("{PASSWORD_FILE}: {error}")))?;
        let password_hash = passwords
            .trim()
            .strip_prefix("qftptest:")
            .ok_or_else(|| missing("qftptest has no password"))?
            .to_owned();
        Ok(Account {
            uid,
            gid,
            password_hash,
        })
    }
}

/// Returns a program that the setup script installed under `.cache`.
fn brought(path: &str) -> io::Result<Command> {
    let path = cache().join(path);
    if path.exists() {
        Ok(Command::new(path))
    } else {
        let path = path.display();
        Err(io::Error::other(format!("{path} is missing: {SETUP}")))
    }
}

/// Returns the folder of the setup script.
fn cache() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.cache")
}
