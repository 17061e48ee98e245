//! Questions of an emulator to the internet, on servers of this machine alone (COMMON 11.3).

use std::net::UdpSocket;
use std::thread::{self, JoinHandle};

use qftp::client::{Client, ClientOptions};
use qftp::dialect::Dialect;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::emulator::{Emulator, EmulatorOptions};

/// 2026-11-21 10:43:00, in seconds since 1900.
const TOLD: u32 = 4_004_246_580;

/// A module that is on the internet, its client, and what it says by itself.
fn online(
    dialect: &'static Dialect,
    command: &[u8],
) -> (Emulator, Client, std::sync::mpsc::Receiver<Vec<u8>>) {
    let (urcs, told) = std::sync::mpsc::channel();
    let mut options = EmulatorOptions::new(dialect);
    options.urcs = Some(urcs);
    let (module, line) = Emulator::in_process(options).expect("a module");
    let mut client = ClientOptions::new().with_port(line).expect("a client");
    client.command(command).expect("a context");
    (module, client, told)
}

/// A time server for one question; `answer` makes the answer.
fn time_server(answer: impl Fn(&[u8]) -> Vec<u8> + Send + 'static) -> (u16, JoinHandle<()>) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let port = socket.local_addr().expect("an address").port();
    let server = thread::spawn(move || {
        let mut question = [0; 512];
        let (count, from) = socket.recv_from(&mut question).expect("a question");
        assert_eq!(count, 48);
        assert_eq!(question[0] & 7, 3, "a client asks");
        socket
            .send_to(&answer(&question[..count]), from)
            .expect("sent");
    });
    (port, server)
}

fn answer(question: &[u8], stratum: u8) -> Vec<u8> {
    let mut answer = vec![0; 48];
    answer[0] = 0x24;
    answer[1] = stratum;
    answer[24..32].copy_from_slice(&question[40..48]);
    answer[40..44].copy_from_slice(&TOLD.to_be_bytes());
    answer
}

fn heard(urcs: &std::sync::mpsc::Receiver<Vec<u8>>) -> String {
    let line = urcs.recv().expect("a line");
    String::from_utf8(line).expect("text")
}

#[test]
fn a_time_server_sets_the_clock_of_each_family() {
    let cases: [(&'static Dialect, &[u8], &str, &str); 3] = [
        (
            &EC2X,
            b"AT+QIACT=1",
            "AT+QNTP=1,",
            "+QNTP: 0,\"2026/11/21,10:43:0",
        ),
        (&GSM, b"AT+QIACT", "AT+QNTP=", "+QNTP: 0"),
        (&NL668, b"AT+MIPCALL=1", "AT+MIPNTP=", "+MIPNTP: 1"),
    ];
    for (dialect, context, command, reported) in cases {
        let (_module, mut client, urcs) = online(dialect, context);
        // The call of Fibocom is reported too.
        let before = urcs.try_iter().count();
        assert!(before <= 1);
        for host in ["127.0.0.1", "localhost"] {
            let (port, server) = time_server(|question| answer(question, 2));
            client
                .command(b"AT+CCLK=\"01/01/01,00:00:00+00\"")
                .expect("set");
            let line = format!("{command}\"{host}\",{port}");
            client.command(line.as_bytes()).expect("asked");
            let mut urc = heard(&urcs);
            if urc.starts_with("+MIPCALL") {
                urc = heard(&urcs);
            }
            assert!(urc.starts_with(reported), "{urc}");
            server.join().expect("an honest server");
            let clock = client.command(b"AT+CCLK?").expect("a clock");
            assert!(
                clock[0].starts_with(b"+CCLK: \"26/11/21,10:43:0"),
                "{clock:?}"
            );
        }
    }
}

#[test]
fn an_answer_that_is_not_one_sets_no_clock() {
    let (_module, mut client, urcs) = online(&EC2X, b"AT+QIACT=1");
    client
        .command(b"AT+CCLK=\"01/01/01,00:00:00+00\"")
        .expect("set");
    let (port, server) = time_server(|question| answer(question, 0));
    let line = format!("AT+QNTP=1,\"127.0.0.1\",{port}");
    client.command(line.as_bytes()).expect("asked");
    assert_eq!(heard(&urcs), "+QNTP: 550");
    server.join().expect("a server that refuses");
    let clock = client.command(b"AT+CCLK?").expect("a clock");
    assert!(clock[0].starts_with(b"+CCLK: \"01/01/01,00:"), "{clock:?}");
}

#[test]
fn a_port_where_no_server_listens_cannot_be_reached() {
    let (_module, mut client, urcs) = online(&EC2X, b"AT+QIACT=1");
    let closed = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    let line = format!("AT+QNTP=1,\"127.0.0.1\",{port}");
    client.command(line.as_bytes()).expect("asked");
    assert_eq!(heard(&urcs), "+QNTP: 566");
}

/// `invalid` has no names (RFC 6761 §6.4).
#[test]
fn names_are_looked_up_by_the_resolver_of_this_machine() {
    let (_module, mut client, urcs) = online(&EC2X, b"AT+QIACT=1");
    client
        .command(b"AT+QIDNSGIP=1,\"localhost\"")
        .expect("asked");
    assert_eq!(heard(&urcs), "+QIURC: \"dnsgip\",0,1,600");
    assert_eq!(heard(&urcs), "+QIURC: \"dnsgip\",\"127.0.0.1\"");
    client
        .command(b"AT+QIDNSGIP=1,\"192.0.2.7\"")
        .expect("asked");
    assert_eq!(heard(&urcs), "+QIURC: \"dnsgip\",0,1,600");
    assert_eq!(heard(&urcs), "+QIURC: \"dnsgip\",\"192.0.2.7\"");
    client
        .command(b"AT+QIDNSGIP=1,\"host.invalid\"")
        .expect("asked");
    assert_eq!(heard(&urcs), "+QIURC: \"dnsgip\",565");
    client
        .command(b"AT+QNTP=1,\"host.invalid\"")
        .expect("asked");
    assert_eq!(heard(&urcs), "+QNTP: 565");
    client
        .command(b"AT+QPING=1,\"host.invalid\"")
        .expect("asked");
    assert_eq!(heard(&urcs), "+QPING: 565");
}

/// Systems may give a program no socket for ICMP: then nothing comes back, and the module says so.
#[test]
fn an_echo_comes_back_where_the_system_permits_it() {
    let (_module, mut client, urcs) = online(&EC2X, b"AT+QIACT=1");
    client
        .command(b"AT+QPING=1,\"127.0.0.1\",4,2")
        .expect("asked");
    let first = heard(&urcs);
    if first == "+QPING: 569" {
        assert!(!permits_echo());
        return;
    }
    assert!(first.starts_with("+QPING: 0,\"127.0.0.1\",32,"), "{first}");
    assert!(heard(&urcs).starts_with("+QPING: 0,\"127.0.0.1\",32,"));
    assert!(heard(&urcs).starts_with("+QPING: 0,2,2,0,"));
}

/// Asks the system itself.
fn permits_echo() -> bool {
    use rustix::net::{AddressFamily, SocketType, ipproto, socket};
    socket(AddressFamily::INET, SocketType::DGRAM, Some(ipproto::ICMP)).is_ok()
}
