//! An FTP server on libunftp, started and stopped as a value.
//!
//! libunftp binds its address itself and does not return the port. So this file accepts the connections and hands each
//! to its own libunftp server. Data connections get any free port.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use libunftp::ServerBuilder;
use libunftp::options::{ActivePassiveMode, Binder};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{self, Runtime};
use unftp_core::auth::{
    AuthenticationError, Authenticator, Credentials, DefaultUser, DefaultUserDetailProvider,
    Principal,
};

use super::folder::Folder;
use super::gate::{Channel, Gate, LoginState};
use super::relay;
use super::tls::{Mode, Tls};

/// Limits the wait of a stop for files that are being written.
const GRACE: Duration = Duration::from_secs(1);
/// The pause after a failed accept, for example without free descriptors.
const PAUSE: Duration = Duration::from_millis(100);
/// Wrong passwords are answered one after another, each after this time, however many connections guess.
const GUESS: Duration = Duration::from_millis(500);

/// The name of the threads of libunftp, which may panic: 0.24 does when the handshake of a data connection fails.
pub(super) const THREADS: &str = "qftp-serve";

/// Connections that wait to be accepted. A client whose place is lost in a rush believes that it is connected, and waits for
/// a greeting that does not come.
const BACKLOG: u32 = 4096;
/// The threads that read and write files; more would wait for the same disk.
const FILE_THREADS: usize = 16;

/// A running server; it stops when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    /// Serves a folder to one user. Port 0 chooses a free port.
    pub(crate) fn start(
        dir: &Path,
        listen: SocketAddr,
        user: &str,
        password: &str,
        tls: Option<Tls>,
    ) -> io::Result<Server> {
        Folder::open(dir)?;
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(FILE_THREADS)
            .thread_name(THREADS)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(async { bind(listen) })?;
        let address = listener.local_addr()?;
        let site = Arc::new(Site {
            dir: dir.to_owned(),
            account: Arc::new(Account {
                user: user.to_owned(),
                password: password.to_owned(),
                guess: tokio::sync::Mutex::default(),
            }),
            tls,
        });
        runtime.spawn(accept(listener, site));
        Ok(Server {
            address,
            runtime: Some(runtime),
        })
    }

    /// Returns the address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(GRACE);
        }
    }
}

/// The folder, the account and TLS of a server.
struct Site {
    dir: PathBuf,
    account: Arc<Account>,
    tls: Option<Tls>,
}

/// Listens on an address, with room for many clients that come at once.
fn bind(listen: SocketAddr) -> io::Result<TcpListener> {
    let socket = match listen {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    #[cfg(not(windows))] // where it has another meaning
    socket.set_reuseaddr(true)?;
    socket.bind(listen)?;
    socket.listen(BACKLOG)
}

async fn accept(listener: TcpListener, site: Arc<Site>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(attend(stream, Arc::clone(&site)));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Serves one control connection.
async fn attend(stream: TcpStream, site: Arc<Site>) {
    // The 226 follows the 150 at once; with Nagle it would wait 40 ms for the acknowledgement of the client.
    let _ = stream.set_nodelay(true);
    let Ok(client) = stream.peer_addr() else {
        return; // it has left already
    };
    let login = Arc::new(LoginState::default());
    let channel = match site.tls.as_ref().map(|tls| tls.mode) {
        None => Channel::Plain,
        Some(Mode::Explicit) => Channel::BeforeTls,
        Some(Mode::Implicit) => Channel::Tls,
    };
    let gate = Gate::new(client.ip(), channel, login.clone());
    // An error here means that the client left, or that TLS failed, which TLS has told it.
    let _ = relay::carry(stream, site.tls.as_ref(), gate, |inner| {
        speak(inner, &site, login)
    })
    .await;
}

/// Runs libunftp on a connection. Closes it if the folder no longer exists.
async fn speak(stream: TcpStream, site: &Site, login: Arc<LoginState>) {
    let Ok(storage) = Folder::open(&site.dir) else {
        return;
    };
    let storage = Mutex::new(Some(storage));
    let take = move || {
        let mut storage = storage.lock().expect("nothing panics while it is held");
        storage.take().expect("one connection takes one store")
    };
    let users = Arc::new(DefaultUserDetailProvider);
    let mut server =
        ServerBuilder::<Folder, DefaultUser>::with_user_detail_provider(Box::new(take), users)
            .authenticator(Arc::new(Door {
                account: site.account.clone(),
                login,
                turn: tokio::sync::Mutex::default(),
            }))
            .greeting("qftp serve")
            .active_passive_mode(ActivePassiveMode::ActiveAndPassive)
            .binder(AnyPort);
    if let Some(tls) = &site.tls {
        // The control connection is in TLS before libunftp sees an account.
        server = server
            .ftps_manual::<PathBuf>(tls.config.clone())
            .ftps_required(false, true);
    }
    if let Ok(server) = server.build() {
        let _ = server.service(stream).await; // an error here means that the client left
    }
}

/// The one user.
struct Account {
    user: String,
    password: String,
    /// Held while a wrong password is answered.
    guess: tokio::sync::Mutex<()>,
}

/// Asks one session for the account.
#[derive(Debug)]
struct Door {
    account: Arc<Account>,
    login: Arc<LoginState>,
    /// Held while a password is looked at: libunftp does not wait for one before it takes the next.
    turn: tokio::sync::Mutex<()>,
}

/// Shows the account without the password.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.user)
    }
}

#[async_trait]
impl Authenticator for Door {
    async fn authenticate(
        &self,
        user: &str,
        credentials: &Credentials,
    ) -> Result<Principal, AuthenticationError> {
        let _turn = self.turn.lock().await;
        let (account, password) = (&self.account, credentials.password.as_deref());
        let result = if user != account.user {
            Err(AuthenticationError::BadUser)
        } else if self.login.is_barred() || password != Some(&account.password) {
            Err(AuthenticationError::BadPassword)
        } else {
            Ok(Principal {
                username: user.to_owned(),
            })
        };
        if result.is_err() {
            let _guess = account.guess.lock().await;
            tokio::time::sleep(GUESS).await;
        }
        self.login.record(result.is_ok());
        result
    }
}

/// Lets the system choose the port of a data connection; libunftp would try some of a range at random.
#[derive(Debug)]
struct AnyPort;

#[async_trait]
impl Binder for AnyPort {
    async fn bind(&mut self, local: IpAddr, _: RangeInclusive<u16>) -> io::Result<TcpSocket> {
        let socket = match local {
            IpAddr::V4(_) => TcpSocket::new_v4()?,
            IpAddr::V6(_) => TcpSocket::new_v6()?,
        };
        socket.bind(SocketAddr::new(local, 0))?;
        Ok(socket)
    }
}
