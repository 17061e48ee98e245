//! Implicit TLS, which libunftp lacks: this file ends TLS and connects to libunftp within this machine.
//!
//! The inner connection uses the address that the client connected to: libunftp opens data connections on the address
//! of its control connection.

use std::io;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::tls::Tls;

/// Limits the time of a handshake.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// Returns the stream for libunftp, and the carrier between it and the client.
pub(super) async fn open(client: TcpStream, tls: &Tls) -> io::Result<(TcpStream, Carrier)> {
    let local = client.local_addr()?.ip();
    let acceptor = TlsAcceptor::from(tls.config.clone());
    let client = timeout(HANDSHAKE, acceptor.accept(client)).await??;
    let listener = TcpListener::bind((local, 0)).await?;
    let outer = TcpStream::connect(listener.local_addr()?).await?;
    let (inner, from) = listener.accept().await?;
    if from != outer.local_addr()? {
        return Err(io::Error::other(
            "another process connected to the inner listener",
        ));
    }
    for end in [&inner, &outer] {
        end.set_nodelay(true)?;
    }
    Ok((inner, Carrier { client, outer }))
}

/// Carries bytes between a client and libunftp.
pub(super) struct Carrier {
    client: TlsStream<TcpStream>,
    outer: TcpStream,
}

impl Carrier {
    /// Runs until both ends have closed, or one failed.
    pub(super) async fn run(mut self) {
        let _ = copy_bidirectional(&mut self.client, &mut self.outer).await;
    }
}
