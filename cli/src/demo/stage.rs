//! What the demonstration plays on: folders that vanish, an FTP server on loopback, an emulator on a pty.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use qftp::client::{Client, Error, LineLog, Login, Options, Tls};
use qftp::dialect::Dialect;
use qftp::emulator::{self, Emulator};
use qftp::module::Quirks;
use qftp::port;
use tempfile::TempDir;

use crate::app::App;
use crate::arg_error;
use crate::exit::{Exit, Phase};
use crate::log::Log;
use crate::problem::Problem;
use crate::serve::{self, Made, Mode, Server};

use super::tls::Extra;

const USER: &str = "demo";

/// A module of a turn, and how it speaks to the server.
pub(super) struct Part {
    pub(super) dialect: &'static Dialect,
    pub(super) quirks: Quirks,
    pub(super) tls: Option<Mode>,
}

type OnLine = Box<dyn FnMut(LineLog<'_>) + Send>;

/// Everything around the client. Module and server stop before their folders are deleted.
pub(super) struct Stage {
    module: Emulator,
    server: Server,
    tls: Option<Made>,
    /// Of the login.
    pub(super) extra: Extra,
    password: String,
    folders: TempDir,
}

impl Stage {
    /// Sets it up.
    pub(super) fn new(part: &Part) -> Result<Self, Problem> {
        let temporary = std::env::temp_dir();
        let folders = tempfile::Builder::new().prefix("qftp-demo-").tempdir();
        let folders = folders.map_err(|error| Problem::write(&temporary, &error))?;
        for name in ["local", "server", "back"] {
            let path = folders.path().join(name);
            std::fs::create_dir(&path).map_err(|error| Problem::write(&path, &error))?;
        }
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let password = serve::make_password()?;
        let keep = folders.path().join("tls");
        let make = |mode| serve::make_certificate(mode, listen.ip(), Some(&keep), &[]);
        let tls = part.tls.map(make).transpose()?;
        let secured = tls.as_ref().map(|made| made.tls.clone());
        let dir = folders.path().join("server");
        let server = Server::start(&dir, listen, USER, &password, secured)
            .map_err(|error| arg_error::cannot_listen(listen, &error))?;
        let mut options = emulator::Options::new(part.dialect);
        options.quirks = part.quirks;
        let module = Emulator::on_pty(None, options)
            .map_err(|error| Problem::new(Exit::Port, format!("no pseudo terminal: {error}")))?;
        Ok(Stage {
            module,
            server,
            tls,
            extra: Extra::default(),
            password,
            folders,
        })
    }

    /// The files as they are.
    pub(super) fn local(&self) -> PathBuf {
        self.folders.path().join("local")
    }

    /// What the server serves.
    pub(super) fn served(&self) -> PathBuf {
        self.folders.path().join("server")
    }

    /// The files as they come back.
    pub(super) fn back(&self) -> PathBuf {
        self.folders.path().join("back")
    }

    /// The module's terminal.
    pub(super) fn terminal(&self) -> &Path {
        self.module.path().unwrap_or(Path::new(""))
    }

    /// The server, as a URL.
    pub(super) fn url(&self) -> String {
        serve::url(self.mode(), USER, self.server.address())
    }

    fn mode(&self) -> Option<Mode> {
        self.tls.as_ref().map(|made| made.tls.mode)
    }

    /// The certificate of who signed the server's.
    pub(super) fn authority(&self) -> Option<&Path> {
        self.tls.as_ref().and_then(Made::authority)
    }

    /// A host on the terminal, logged in.
    pub(super) fn client(&self, app: &App, log: &Log) -> Result<Client, Problem> {
        let mut client = self
            .open(app, log)
            .map_err(|error| Problem::client(&error, Phase::Line))?;
        let address = self.server.address();
        let mut login = Login::new(address.ip().to_string(), USER, self.password.as_bytes());
        login.tls = self.for_module()?;
        login.port = address.port();
        client
            .login(&login)
            .map_err(|error| Problem::client(&error, Phase::Login))?;
        Ok(client)
    }

    /// With the authority's certificate, for the module to verify the server by.
    fn for_module(&self) -> Result<Option<Tls>, Problem> {
        let (Some(mode), Some(file)) = (self.mode(), self.authority()) else {
            return Ok(None);
        };
        let ca = std::fs::read(file).map_err(|error| Problem::read(file, &error))?;
        Ok(Some(Tls {
            ca: Some(ca),
            ..Tls::new(mode.of_client())
        }))
    }

    fn open(&self, app: &App, log: &Log) -> Result<Client, Error> {
        let port = port::open(&self.terminal().to_string_lossy())?;
        let options = Options {
            dialect: None, // the host is to find out
            cancel: Some(app.interrupt.flag()),
        };
        let log = log.clone();
        let (extra, verbose) = (self.extra.clone(), app.global.verbose);
        let on_line: OnLine = Box::new(move |line| {
            if verbose {
                log.line(&line);
            }
            extra.line(&line);
        });
        let observed = verbose || self.tls.is_some();
        Client::with_log(port, options, observed.then_some(on_line))
    }
}
