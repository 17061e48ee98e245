//! The setup of the demonstration: temporary folders, an FTP server on loopback, an emulator on a pty.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use qftp::client::{Client, ClientOptions, Error, Login, Tls};
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::internal::emulator::TemporaryFolder;

use crate::app::App;
use crate::arg_error;
use crate::exit::{Exit, Phase};
use crate::log::Log;
use crate::problem::Problem;
use crate::serve::{self, Made, Mode, Server};

use super::tls::Extra;

const USER: &str = "demo";

/// One turn: the module, and TLS.
pub(super) struct Part {
    pub(super) emulator: EmulatorOptions,
    pub(super) tls: Option<Mode>,
}

/// Holds everything around the client. Emulator and server stop before their folders are deleted.
pub(super) struct Stage {
    emulator: Emulator,
    server: Server,
    tls: Option<Made>,
    /// The commands of the login for TLS.
    pub(super) extra: Extra,
    password: String,
    folders: TemporaryFolder,
}

impl Stage {
    /// Starts server and emulator.
    pub(super) fn new(part: Part) -> Result<Self, Problem> {
        let temporary = std::env::temp_dir();
        let folders = TemporaryFolder::new("demo");
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
        let server_tls = tls.as_ref().map(|made| made.tls.clone());
        let dir = folders.path().join("server");
        let server = Server::start(&dir, listen, USER, &password, server_tls)
            .map_err(|error| arg_error::cannot_listen(listen, &error))?;
        let emulator = Emulator::on_pty(None, part.emulator)
            .map_err(|error| Problem::new(Exit::Port, format!("no pseudo terminal: {error}")))?;
        Ok(Stage {
            emulator,
            server,
            tls,
            extra: Extra::default(),
            password,
            folders,
        })
    }

    /// Returns the folder of the originals.
    pub(super) fn local(&self) -> PathBuf {
        self.folders.path().join("local")
    }

    /// Returns the folder of the server.
    pub(super) fn served(&self) -> PathBuf {
        self.folders.path().join("server")
    }

    /// Returns the folder of the downloads.
    pub(super) fn back(&self) -> PathBuf {
        self.folders.path().join("back")
    }

    /// Returns the terminal of the emulator.
    pub(super) fn terminal(&self) -> PathBuf {
        self.emulator.path().unwrap_or_default()
    }

    /// Returns the URL of the server.
    pub(super) fn url(&self) -> String {
        serve::url(self.mode(), USER, self.server.address())
    }

    fn mode(&self) -> Option<Mode> {
        self.tls.as_ref().map(|made| made.tls.mode)
    }

    /// Returns the certificate of the authority, if there is TLS.
    pub(super) fn authority(&self) -> Option<&Path> {
        self.tls.as_ref().and_then(Made::authority)
    }

    /// Opens a client on the terminal and logs in.
    pub(super) fn client(&self, app: &App, log: &Log) -> Result<Client, Problem> {
        let mut client = self
            .open(app, log)
            .map_err(|error| Problem::client(&error, Phase::Line))?;
        let address = self.server.address();
        let mut login = Login::new(address.ip().to_string(), USER, self.password.as_bytes());
        login.tls = self.client_tls()?;
        login.port = address.port();
        client
            .login(&login)
            .map_err(|error| Problem::client(&error, Phase::Login))?;
        Ok(client)
    }

    /// Returns the TLS settings: the module verifies the server by the certificate of the authority.
    fn client_tls(&self) -> Result<Option<Tls>, Problem> {
        let (Some(mode), Some(file)) = (self.mode(), self.authority()) else {
            return Ok(None);
        };
        let ca = std::fs::read(file).map_err(|error| Problem::read(file, &error))?;
        let mut tls = Tls::new(mode.of_client());
        tls.ca = Some(ca);
        Ok(Some(tls))
    }

    fn open(&self, app: &App, log: &Log) -> Result<Client, Error> {
        let mut options = ClientOptions::new().cancel(app.interrupt.cancel());
        let verbose = app.global.verbose;
        if verbose || self.tls.is_some() {
            let (log, extra) = (log.clone(), self.extra.clone());
            options = options.on_line(move |line| {
                if verbose {
                    log.line(&line);
                }
                extra.line(&line);
            });
        }
        options.open(&self.terminal().to_string_lossy())
    }
}
