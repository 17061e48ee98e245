//! The ports of this side, which only a server's end of the sockets can tell.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use qftp::ftp::{
    Account, FtpDataAddress, FtpOperation, FtpTransfer, LocalPorts, Retrieve, RetrieveKind,
};

use crate::client::Client;

const SERVER: Ipv4Addr = Ipv4Addr::LOCALHOST;

fn free_port() -> u16 {
    let listener = TcpListener::bind((SERVER, 0)).expect("a socket");
    listener.local_addr().expect("an address").port()
}

/// Serves one session and tells the ports it saw: of the control connection, of each data connection.
fn serve(listener: &TcpListener, data: &TcpListener) -> Vec<u16> {
    let (control, peer) = listener.accept().expect("a client");
    let mut ports = vec![peer.port()];
    let mut say = control.try_clone().expect("a second handle");
    let port = data.local_addr().expect("an address").port();
    say.write_all(b"220 here\r\n").expect("written");
    for line in BufReader::new(control).lines() {
        let line = line.expect("a line");
        let answer = match line.split(' ').next() {
            Some("USER") => "331 who".into(),
            Some("PASS") => "230 in".into(),
            Some("PASV") => format!("227 (127,0,0,1,{},{})", port / 256, port % 256),
            Some("LIST") => {
                let (_, peer) = data.accept().expect("a data connection");
                ports.push(peer.port());
                say.write_all(b"150 now\r\n").expect("written");
                "226 done".into()
            }
            Some("QUIT") => {
                say.write_all(b"221 bye\r\n").expect("written");
                return ports;
            }
            _ => String::from("200 fine"),
        };
        say.write_all(format!("{answer}\r\n").as_bytes())
            .expect("written");
    }
    ports
}

#[test]
fn connections_come_from_the_ports_that_were_asked_for() {
    let listener = TcpListener::bind((SERVER, 0)).expect("a socket");
    let data = TcpListener::bind((SERVER, 0)).expect("a socket");
    let SocketAddr::V4(at) = listener.local_addr().expect("an address") else {
        panic!("not IPv4");
    };
    let server = thread::spawn(move || serve(&listener, &data));
    let local_ports = LocalPorts {
        control: free_port(),
        data: free_port(),
    };
    let mut client = Client::new();
    let account = Account {
        host: at.ip().to_string().into_bytes(),
        port: at.port(),
        user: b"u".to_vec(),
        password: b"p".to_vec(),
        account: None,
        local_ports,
        security: qftp::ftp::Security::Plain,
    };
    client.run(FtpOperation::Open(account)).expect("a login");
    let list = FtpOperation::Retrieve(Retrieve {
        what: RetrieveKind::List,
        path: Vec::new(),
        offset: 0,
        limit: None,
        transfer: FtpTransfer {
            ascii: false,
            passive: true,
            data_address: FtpDataAddress::Server,
        },
    });
    client.run(list).expect("a listing");
    client.run(FtpOperation::Quit).expect("a farewell");
    let ports = server.join().expect("served");
    assert_eq!(ports, [local_ports.control, local_ports.data]);
}
