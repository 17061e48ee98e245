//! Servers with something wrong with their TLS, on either connection.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use openssl::pkey::PKey;
use openssl::ssl::{SslAcceptor, SslMethod, SslStream};
use openssl::x509::X509;
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::EmulatorOptions;

use crate::scripted::{Act, Scripted, say};
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Certificate, certificates};

const CLOSED: &str = "the server hung up in the handshake";
const NO_TLS: &str = "the server does not speak TLS, or not this version";

/// At a module that speaks TLS of this `ssltype` and trusts everybody.
fn session(ssltype: u8) -> AtSession {
    let mut session = AtSession::with_account(EmulatorOptions::new(&EC2X), "u", "p");
    session.ok(&format!("AT+QFTPCFG=\"ssltype\",{ssltype}"));
    session
}

fn open(address: SocketAddr) -> String {
    format!("AT+QFTPOPEN=\"{}\",{}", address.ip(), address.port())
}

#[track_caller]
fn says_why(session: &mut AtSession, why: &str) {
    session.enter("AT+QIGETERROR");
    session.expect(&format!("\r\n+QIGETERROR: 566,{why}\r\n\r\nOK\r\n"));
}

#[test]
fn on_the_control_connection() {
    let cases: [(u8, &str, Vec<Act>, &str, &str); 6] = [
        (1, "", vec![say("220 ready\r\n")], "631,0", NO_TLS),
        (1, "", vec![Act::Close], "631,0", CLOSED),
        (
            2,
            "AUTH",
            vec![say("502 not here\r\n")],
            "631,502",
            "not here",
        ),
        (
            2,
            "AUTH",
            vec![say("234 go on\r\n"), Act::Close],
            "631,0",
            CLOSED,
        ),
        (
            2,
            "AUTH",
            vec![say("234 go on\r\n200 go on\r\n")],
            "631,0",
            "the server sent plain text where TLS should begin",
        ),
        (
            2,
            "AUTH",
            // Together, or apart: then the handshake begins, and has no end.
            vec![say("234 go on\r\n"), say("\u{16}\u{3}"), Act::Close],
            "631,0",
            "",
        ),
    ];
    for (ssltype, at, acts, opened, why) in cases {
        let place = format!("{at} {acts:?}");
        let server = Scripted::start(vec![(at, acts)], usize::MAX);
        let mut session = session(ssltype);
        assert_eq!(session.ask(&open(server.address)), opened, "{place}");
        if !why.is_empty() {
            says_why(&mut session, why);
        }
        // As good as before.
        session.ok("AT+QFTPCFG=\"ssltype\",0");
        assert_eq!(session.ask(&open(server.address)), "0,0", "{place}");
    }
}

/// `negotiatetime` is at least 10 s.
#[test]
fn who_never_answers_is_given_up() {
    let acts = vec![say("234 go on\r\n"), Act::Wait];
    let server = Scripted::start(vec![("AUTH", acts)], usize::MAX);
    let mut session = session(2);
    session.ok("AT+QSSLCFG=\"negotiatetime\",0,10");
    assert_eq!(session.ask(&open(server.address)), "631,0");
    says_why(&mut session, "the server did not answer in the handshake");
}

/// What a server does with the data connection of its first download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Hangs,
    HangsUp,
    SaysPlainText,
    /// Half of the file, no close_notify, and it knows.
    Truncates,
    /// All of the file, no close_notify, and it is content.
    ForgetsCloseNotify,
    /// A reset in the middle of the file, and it is content.
    Resets,
}

/// A server with implicit TLS, for one session.
fn serve(fault: Fault) -> (SocketAddr, JoinHandle<io::Result<()>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let session = move || {
        let (socket, _) = listener.accept()?;
        talk(accept(socket)?, fault)
    };
    (address, thread::spawn(session))
}

pub(super) fn accept(socket: TcpStream) -> io::Result<SslStream<TcpStream>> {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    let pair = certificates().server(Certificate::Good);
    acceptor.set_certificate(&*X509::from_pem(&pair.certificate)?)?;
    acceptor.set_private_key(&*PKey::private_key_from_pem(&pair.key)?)?;
    acceptor.build().accept(socket).map_err(io::Error::other)
}

fn talk(mut control: SslStream<TcpStream>, fault: Fault) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let mut fault = Some(fault);
    control.write_all(b"220 ready\r\n")?;
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        control.read_exact(&mut byte)?;
        line.push(byte[0]);
        if byte != *b"\n" {
            continue;
        }
        let text = String::from_utf8_lossy(&line).into_owned();
        line.clear();
        let verb = text.split_whitespace().next().unwrap_or_default();
        let printed = match verb {
            "USER" => "230 in".to_owned(),
            "PWD" => "257 \"/\" is here".to_owned(),
            "PASV" => format!("227 ok (127,0,0,1,{},{})", port / 256, port % 256),
            "RETR" => {
                let (data, _) = listener.accept()?;
                control.write_all(b"150 here\r\n")?;
                send(data, fault.take())?
            }
            "QUIT" => {
                control.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "200 fine".to_owned(),
        };
        control.write_all(format!("{printed}\r\n").as_bytes())?;
    }
}

/// The file by the data connection, in its way; what is said at the end.
fn send(socket: TcpStream, fault: Option<Fault>) -> io::Result<String> {
    let file = file();
    let done = "226 done".to_owned();
    let broken = "426 broken".to_owned();
    let half = &file[..file.len() / 2];
    match fault {
        None => {
            let mut data = accept(socket)?;
            data.write_all(&file)?;
            data.shutdown().map_err(io::Error::other)?;
            Ok(done)
        }
        Some(Fault::Hangs) => {
            // Until the module goes.
            let mut rest = Vec::new();
            let _ = (&socket).read_to_end(&mut rest);
            Ok(broken)
        }
        Some(Fault::HangsUp) => Ok(broken),
        Some(Fault::SaysPlainText) => {
            let _ = (&socket).write_all(&file);
            Ok(broken)
        }
        Some(Fault::Truncates) => {
            accept(socket)?.write_all(half)?;
            Ok(broken)
        }
        Some(Fault::ForgetsCloseNotify) => {
            accept(socket)?.write_all(&file)?;
            Ok(done)
        }
        Some(Fault::Resets) => {
            let mut data = accept(socket)?;
            data.write_all(half)?;
            rustix::net::sockopt::set_socket_linger(data.get_ref(), Some(Duration::ZERO))?;
            Ok(done)
        }
    }
}

fn file() -> Vec<u8> {
    (0..=255).cycle().take(40_000).collect()
}

#[test]
fn on_the_data_connection() {
    for (fault, ends, why) in [
        (Fault::HangsUp, "631,0", CLOSED),
        (Fault::SaysPlainText, "631,0", NO_TLS),
        (
            Fault::Hangs,
            "631,0",
            "the server did not answer in the handshake",
        ),
    ] {
        let (address, server) = serve(fault);
        let mut session = session(1);
        session.ok("AT+QSSLCFG=\"negotiatetime\",0,10");
        assert_eq!(session.ask(&open(address)), "0,0", "{fault:?}");
        let ended = session.ask("AT+QFTPGET=\"f\",\"RAM:f\"");
        assert_eq!(ended, ends, "{fault:?}");
        says_why(&mut session, why);
        goes_on(session, server, fault);
    }
}

#[test]
fn in_the_middle_of_a_download() {
    for (fault, ends) in [
        (Fault::Truncates, "616,426"),
        (Fault::ForgetsCloseNotify, "0,40000"),
        (Fault::Resets, "607,226"),
    ] {
        let (address, server) = serve(fault);
        let mut session = session(1);
        assert_eq!(session.ask(&open(address)), "0,0", "{fault:?}");
        let ended = session.ask("AT+QFTPGET=\"f\",\"RAM:f\"");
        assert_eq!(ended, ends, "{fault:?}");
        goes_on(session, server, fault);
    }
}

/// The session is in sync, and the next download is as it should be.
fn goes_on(mut session: AtSession, server: JoinHandle<io::Result<()>>, fault: Fault) {
    assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{fault:?}");
    let got = session.get("AT+QFTPGET=\"f\",\"COM:\"");
    assert!(got == file(), "{fault:?}");
    assert_eq!(session.ask("AT+QFTPCLOSE"), "0,0", "{fault:?}");
    let ended = server.join().expect("no panic");
    assert!(ended.is_ok(), "{fault:?}: {ended:?}");
}
