//! TLS from the first byte, which libunftp does not have: it is ended here, and libunftp gets what is in it over a
//! connection within this machine.
//!
//! That connection is on the address that the client came to, since libunftp opens data connections where its control
//! connection is.

use std::io;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::tls::Tls;

/// A client that connects and does nothing is let go.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// Two ends of what a client says: what libunftp is to be given, and what is to be carried meanwhile.
pub(super) async fn open(client: TcpStream, tls: &Tls) -> io::Result<(TcpStream, Carrier)> {
    let local = client.local_addr()?.ip();
    let acceptor = TlsAcceptor::from(tls.config.clone());
    let client = timeout(HANDSHAKE, acceptor.accept(client)).await??;
    let listener = TcpListener::bind((local, 0)).await?;
    let outer = TcpStream::connect(listener.local_addr()?).await?;
    let (inner, from) = listener.accept().await?;
    if from != outer.local_addr()? {
        return Err(io::Error::other(
            "somebody else came to the inner connection",
        ));
    }
    for end in [&inner, &outer] {
        end.set_nodelay(true)?;
    }
    Ok((inner, Carrier { client, outer }))
}

/// Between a client and libunftp.
pub(super) struct Carrier {
    client: TlsStream<TcpStream>,
    outer: TcpStream,
}

impl Carrier {
    /// Until both have ended, or one was cut.
    pub(super) async fn run(mut self) {
        let _ = copy_bidirectional(&mut self.client, &mut self.outer).await;
    }
}
