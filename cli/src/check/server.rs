//! The server of a check: the program's own, which fails when a case asks for that, or one of the user's.

use qftp::dialect::Dialect;
use qftp_conformance::conversation::play;
use qftp_conformance::conversation::{Conversation, LineEvent, Scene, Step};

use super::login_line::ServerPlace;
use super::own_server::OwnServer;
use super::user_server::UserServer;

/// The server that the module logs in to.
pub(super) enum CheckServer {
    Own(OwnServer, ServerPlace),
    User(Box<UserServer>),
    /// There is none that the module could reach.
    None,
}

/// The reason of a case that is not run without a server.
const NO_SERVER: &str =
    "there is no server: give --server, or --listen with an address that the module reaches";

impl CheckServer {
    /// Makes the server empty, before a case.
    pub(super) fn clear(&mut self) -> Result<(), String> {
        match self {
            CheckServer::Own(server, _) => {
                server.clear();
                Ok(())
            }
            CheckServer::User(server) => server.clear(),
            CheckServer::None => Ok(()),
        }
    }

    /// Rewrites a conversation for this server.
    ///
    /// # Errors
    ///
    /// Says why it cannot be played with it.
    pub(super) fn adapt(
        &self,
        dialect: &Dialect,
        conversation: &Conversation,
    ) -> Result<Conversation, String> {
        match self {
            CheckServer::Own(_, place) => place.adapt(dialect, conversation),
            CheckServer::User(server) => server.adapt(dialect, conversation),
            CheckServer::None if needs_server(dialect, conversation) => Err(NO_SERVER.into()),
            CheckServer::None => Ok(conversation.clone()),
        }
    }

    /// Returns the lines of a login, as a file writes them.
    pub(super) fn login(&self, dialect: &Dialect) -> String {
        let text = play::login(dialect.family);
        let place = match self {
            CheckServer::Own(_, place) => place,
            CheckServer::User(server) => return server.login(dialect, text),
            CheckServer::None => return text.to_owned(),
        };
        let adapted = text.lines().map(|line| match line.strip_prefix("> ") {
            Some(typed) => {
                let line = place.adapt_line(dialect, typed);
                format!("> {}\n", line.unwrap_or_else(|_| typed.to_owned()))
            }
            None => format!("{line}\n"),
        });
        adapted.collect()
    }

    /// Puts something in its place.
    pub(super) fn prepare(&mut self, scene: &Scene) -> Result<(), String> {
        match self {
            CheckServer::Own(server, _) if server.prepare(scene) => Ok(()),
            CheckServer::User(server) => server.prepare(scene),
            _ => Err(NO_SERVER.into()),
        }
    }

    /// Lets something happen to the server.
    pub(super) fn happen(&mut self, event: LineEvent) -> Result<(), String> {
        match self {
            CheckServer::Own(server, _) if server.happen(event) => Ok(()),
            CheckServer::User(_) => Err(format!(
                "`{event}` needs the server of this program: leave --server out, and give --listen"
            )),
            _ => Err(NO_SERVER.into()),
        }
    }

    /// Returns the content of a file.
    pub(super) fn file(&mut self, path: &str) -> Option<Vec<u8>> {
        match self {
            CheckServer::Own(server, _) => server.file(path),
            CheckServer::User(server) => server.file(path),
            CheckServer::None => None,
        }
    }

    /// Returns what stands for this server where two runs are compared.
    pub(super) fn place(&self) -> Option<&ServerPlace> {
        match self {
            CheckServer::Own(_, place) => Some(place),
            CheckServer::User(server) => Some(server.place()),
            CheckServer::None => None,
        }
    }
}

/// Returns true if a conversation logs in, or looks at files of the server.
fn needs_server(dialect: &Dialect, conversation: &Conversation) -> bool {
    let probe = ServerPlace {
        host: "h".into(),
        port: 1,
        tls_port: Some(1),
    };
    let logs_in = |line: &str| probe.adapt_line(dialect, line).as_deref() != Ok(line);
    let scene = conversation
        .scene
        .iter()
        .any(|scene| !matches!(scene, Scene::StoreFile(..)));
    scene
        || conversation.steps.iter().any(|step| match step {
            Step::Type(line) => logs_in(line),
            Step::Send(bytes) => logs_in(&String::from_utf8_lossy(&bytes.bytes())),
            _ => false,
        })
}
