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

/// How long a stop waits for files that are being written.
const GRACE: Duration = Duration::from_secs(1);
/// After an accept that failed, such as for want of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

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
    ) -> io::Result<Server> {
        Filesystem::new(dir)?;
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(listen))?;
        let address = listener.local_addr()?;
        let account = Arc::new(Account {
            user: user.to_owned(),
            password: password.to_owned(),
        });
        runtime.spawn(accept(listener, dir.to_owned(), account));
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

async fn accept(listener: TcpListener, dir: PathBuf, account: Arc<Account>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(attend(stream, dir.clone(), Arc::clone(&account)));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Serves one control connection. Where the folder is gone the connection is closed; there is nobody to tell.
async fn attend(stream: TcpStream, dir: PathBuf, account: Arc<Account>) {
    let Ok(storage) = Filesystem::new(dir) else {
        return;
    };
    // The 226 follows the 150 at once; without this it would wait 40 ms for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let storage = Mutex::new(Some(storage));
    let take = move || {
        let mut storage = storage.lock().expect("nothing panics while it is held");
        storage.take().expect("one connection takes one store")
    };
    let users = Arc::new(DefaultUserDetailProvider);
    let server =
        ServerBuilder::<Filesystem, DefaultUser>::with_user_detail_provider(Box::new(take), users)
            .authenticator(account)
            .greeting("qftp serve")
            .active_passive_mode(ActivePassiveMode::ActiveAndPassive)
            .binder(AnyPort)
            .build();
    if let Ok(server) = server {
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
