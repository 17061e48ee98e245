//! Active mode: the data connection of the server is taken, and that of a stranger is not.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::thread;

use qftp::emulator::EmulatorOptions;
use qftp_test::at_session::AtSession;
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

use crate::DIALECTS;

/// The server. Connections of this machine to it come from 127.0.0.1, the stranger's among them.
const SERVER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Connects from the server's address.
fn connect_from_server(to: SocketAddr) -> TcpStream {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&socket, &SocketAddrV4::new(SERVER, 0)).expect("an address");
    connect(&socket, &to).expect("the module listens");
    TcpStream::from(socket)
}

/// Serves one session. Returns what the server got in an upload, and what the stranger got before it.
fn serve(listener: &TcpListener) -> (Vec<u8>, Vec<u8>) {
    let (mut control, _) = listener.accept().expect("a module");
    let lines = BufReader::new(control.try_clone().expect("a second handle")).lines();
    let (mut uploaded, mut stranger, mut data) = (Vec::new(), None, None);
    write!(control, "220 ready\r\n").expect("written");
    for line in lines {
        let line = line.expect("a line");
        let (command, argument) = line.split_once(' ').unwrap_or((&line, ""));
        let reply = match command {
            "USER" => "331 password".to_owned(),
            "PASS" => "230 in".to_owned(),
            "PWD" => "257 \"/\"".to_owned(),
            "PORT" => {
                let numbers: Vec<u16> = argument.split(',').flat_map(str::parse).collect();
                let to = SocketAddr::from(([127, 0, 0, 1], numbers[4] << 8 | numbers[5]));
                stranger = Some(TcpStream::connect(to).expect("the module listens"));
                data = Some(to);
                "200 ok".to_owned()
            }
            "STOR" => {
                write!(control, "150 go on\r\n").expect("written");
                let mut data = connect_from_server(data.take().expect("PORT"));
                data.read_to_end(&mut uploaded).expect("an upload");
                "226 done".to_owned()
            }
            "QUIT" => break,
            _ => "200 ok".to_owned(),
        };
        write!(control, "{reply}\r\n").expect("written");
    }
    let mut leaked = Vec::new();
    // The module closes on it, in good order or not.
    let _ = stranger.expect("PORT").read_to_end(&mut leaked);
    (uploaded, leaked)
}

#[test]
fn a_data_connection_comes_from_the_address_of_the_server() {
    for dialect in DIALECTS {
        let listener = TcpListener::bind((SERVER, 0)).expect("an address of this machine");
        let port = listener.local_addr().expect("an address").port();
        let server = thread::spawn(move || serve(&listener));
        let mut session = AtSession::with_account(EmulatorOptions::new(dialect), "u", "p");
        session.ok("AT+QFTPCFG=\"transmode\",0");
        let opened = session.ask(&format!("AT+QFTPOPEN=\"{SERVER}\",{port}"));
        assert_eq!(opened, "0,0", "{}", dialect.name);
        let stated = session.put("AT+QFTPPUT=\"f\",\"COM:\",0,5,1", b"hello");
        assert_eq!(stated, "0,5", "{}", dialect.name);
        session.ask("AT+QFTPCLOSE");
        let (uploaded, leaked) = server.join().expect("a server");
        assert_eq!(uploaded, b"hello", "{}", dialect.name);
        assert_eq!(leaked, b"", "{}", dialect.name);
    }
}
