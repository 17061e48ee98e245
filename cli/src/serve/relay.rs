//! The relay between a client and libunftp: TLS of the control connection ends here, and the gate stands here.
//!
//! libunftp lacks implicit TLS, and lines inside TLS have to pass the gate too. So libunftp gets a connection within
//! this machine. It uses the address that the client connected to, since libunftp opens data connections there.

use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::gate::{Gate, Verdict};
use super::tls::{Mode, Tls};

/// Limits the time of a handshake.
const HANDSHAKE: Duration = Duration::from_secs(30);
/// Bytes that are read at once.
const PIECE: usize = 4096;
/// Text behind AUTH may come from another than the client: it was sent in the clear.
const INJECTED: &str = "421 Commands behind AUTH were sent in the clear";

/// Serves a client by `serve`, which gets the connection within this machine.
///
/// # Errors
/// If the handshake of TLS or one of the connections fails.
pub(super) async fn carry<F: Future>(
    client: TcpStream,
    tls: Option<&Tls>,
    mut gate: Gate,
    serve: impl FnOnce(TcpStream) -> F,
) -> io::Result<()> {
    let local = client.local_addr()?.ip();
    if let Some(tls) = tls.filter(|tls| tls.mode == Mode::Implicit) {
        let mut client = handshake(client, tls).await?;
        let (inner, mut outer) = connect_within(local).await?;
        let run = async {
            let ended = relay(&mut client, &mut outer, &mut gate).await;
            drop(outer);
            ended
        };
        return tokio::join!(serve(inner), run).1.map(drop);
    }
    let (inner, outer) = connect_within(local).await?;
    tokio::join!(serve(inner), relay_from_clear(client, outer, gate, tls)).1
}

/// Relays in the clear, and in TLS once the client asks for it.
async fn relay_from_clear(
    mut client: TcpStream,
    mut outer: TcpStream,
    mut gate: Gate,
    tls: Option<&Tls>,
) -> io::Result<()> {
    let ended = relay(&mut client, &mut outer, &mut gate).await?;
    let (End::StartTls, Some(tls)) = (ended, tls) else {
        return Ok(());
    };
    client.write_all(b"234 TLS starts\r\n").await?;
    let mut client = handshake(client, tls).await?;
    gate.start_tls();
    relay(&mut client, &mut outer, &mut gate).await.map(drop)
}

async fn handshake(client: TcpStream, tls: &Tls) -> io::Result<TlsStream<TcpStream>> {
    let acceptor = TlsAcceptor::from(tls.config.clone());
    timeout(HANDSHAKE, acceptor.accept(client)).await?
}

/// Returns both ends of a connection within this machine: the one for libunftp, and the other one.
async fn connect_within(local: IpAddr) -> io::Result<(TcpStream, TcpStream)> {
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
    Ok((inner, outer))
}

/// Says why a relay ended.
#[derive(Clone, Copy)]
enum End {
    /// One of the ends has closed.
    Closed,
    StartTls,
    /// The gate ends the session with this reply.
    Refused(&'static str),
}

/// Relays lines up through the gate, and bytes down, until one end closes or the gate says so.
async fn relay<C: AsyncRead + AsyncWrite + Unpin>(
    client: &mut C,
    outer: &mut TcpStream,
    gate: &mut Gate,
) -> io::Result<End> {
    let ended = {
        let (from_client, to_client) = split(&mut *client);
        let (from_server, to_server) = outer.split();
        let (answers, answered) = mpsc::channel(1);
        let mut down = pin!(relay_down(from_server, to_client, answered));
        tokio::select! {
            ended = relay_up(from_client, to_server, gate, answers) => match ended? {
                // The client may wait for replies to what it sent.
                End::Closed => down.await.map(|()| End::Closed)?,
                ended => ended,
            },
            done = &mut down => done.map(|()| End::Closed)?,
        }
    };
    if let End::Refused(reply) = ended {
        client.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    if !matches!(ended, End::StartTls) {
        client.shutdown().await?;
    }
    Ok(ended)
}

async fn relay_up(
    mut client: impl AsyncRead + Unpin,
    mut server: impl AsyncWrite + Unpin,
    gate: &mut Gate,
    answers: Sender<&'static str>,
) -> io::Result<End> {
    let mut piece = [0; PIECE];
    loop {
        let count = client.read(&mut piece).await?;
        if count == 0 {
            server.shutdown().await?;
            return Ok(End::Closed);
        }
        let mut rest = &piece[..count];
        while !rest.is_empty() {
            let (taken, verdict) = gate.take(rest);
            rest = &rest[taken..];
            match verdict {
                None => {}
                Some(Verdict::Pass(line)) => server.write_all(&line).await?,
                Some(Verdict::Answer(reply)) => {
                    let _ = answers.send(reply).await; // without a receiver, the session is over
                }
                Some(Verdict::StartTls) if rest.is_empty() => return Ok(End::StartTls),
                Some(Verdict::StartTls) => return Ok(End::Refused(INJECTED)),
                Some(Verdict::End(reply)) => return Ok(End::Refused(reply)),
            }
        }
    }
}

async fn relay_down(
    mut server: impl AsyncRead + Unpin,
    mut client: impl AsyncWrite + Unpin,
    mut answers: Receiver<&'static str>,
) -> io::Result<()> {
    let mut piece = [0; PIECE];
    loop {
        tokio::select! {
            count = server.read(&mut piece) => match count? {
                0 => return Ok(()),
                count => client.write_all(&piece[..count]).await?,
            },
            Some(reply) = answers.recv() => {
                client.write_all(format!("{reply}\r\n").as_bytes()).await?;
            }
        }
        client.flush().await?;
    }
}
