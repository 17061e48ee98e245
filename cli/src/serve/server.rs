//! An FTP server on libunftp, started and stopped as a value.
//!
//! libunftp binds its address itself and does not tell the port that it got, so connections are accepted here, and
//! each is handed to a libunftp server of its own. Data connections get any free port.

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
use unftp_sbe_fs::Filesystem;

use super::implicit;
use super::tls::{Mode, Tls};

/// How long a stop waits for files that are being written.
const GRACE: Duration = Duration::from_secs(1);
/// After an accept that failed, such as for want of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// What the threads are called that may panic for libunftp: 0.24 does, where a data connection's handshake fails.
pub(super) const THREADS: &str = "qftp-serve";

/// A running server; it stops when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    /// Serves a folder to one user. Port 0 takes any that is free.
    pub(crate) fn start(
        dir: &Path,
        listen: SocketAddr,
        user: &str,
        password: &str,
        tls: Option<Tls>,
    ) -> io::Result<Server> {
        Filesystem::new(dir)?;
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name(THREADS)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(listen))?;
        let address = listener.local_addr()?;
        let site = Arc::new(Site {
            dir: dir.to_owned(),
            account: Arc::new(Account {
                user: user.to_owned(),
                password: password.to_owned(),
            }),
            tls,
        });
        runtime.spawn(accept(listener, site));
        Ok(Server {
            address,
            runtime: Some(runtime),
        })
    }

    /// Where it listens.
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

/// What is served, to whom, and how.
struct Site {
    dir: PathBuf,
    account: Arc<Account>,
    tls: Option<Tls>,
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
    // The 226 follows the 150 at once; without this it would wait 40 ms for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    match &site.tls {
        Some(tls) if tls.mode == Mode::Implicit => {
            // A handshake that fails ends the connection; TLS has told the client why.
            if let Ok((inner, carrier)) = implicit::open(stream, tls).await {
                tokio::join!(speak(inner, &site), carrier.run());
            }
        }
        Some(_) | None => speak(stream, &site).await,
    }
}

/// Has libunftp speak FTP. Where the folder is gone the connection is closed; there is nobody to tell.
async fn speak(stream: TcpStream, site: &Site) {
    let Ok(storage) = Filesystem::new(site.dir.clone()) else {
        return;
    };
    let storage = Mutex::new(Some(storage));
    let take = move || {
        let mut storage = storage.lock().expect("nothing panics while it is held");
        storage.take().expect("one connection takes one store")
    };
    let users = Arc::new(DefaultUserDetailProvider);
    let mut server =
        ServerBuilder::<Filesystem, DefaultUser>::with_user_detail_provider(Box::new(take), users)
            .authenticator(site.account.clone())
            .greeting("qftp serve")
            .active_passive_mode(ActivePassiveMode::ActiveAndPassive)
            .binder(AnyPort);
    if let Some(tls) = &site.tls {
        let control = tls.mode == Mode::Explicit; // else it is in TLS already
        server = server
            .ftps_manual::<PathBuf>(tls.config.clone())
            .ftps_required(control, true);
    }
    if let Ok(server) = server.build() {
        let _ = server.service(stream).await; // how a client leaves is its own affair
    }
}

/// The one user.
struct Account {
    user: String,
    password: String,
}

/// Without the password.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.user)
    }
}

#[async_trait]
impl Authenticator for Account {
    async fn authenticate(
        &self,
        user: &str,
        credentials: &Credentials,
    ) -> Result<Principal, AuthenticationError> {
        if user != self.user {
            return Err(AuthenticationError::BadUser);
        }
        if credentials.password.as_deref() != Some(&self.password) {
            return Err(AuthenticationError::BadPassword);
        }
        Ok(Principal {
            username: user.to_owned(),
        })
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
