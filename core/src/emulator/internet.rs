//! The questions of a module to the internet: time servers, host names, echo (COMMON 11.3).
//!
//! The event loop owns the descriptors: it tells of their events ([`InternetQueries::handle`]) and of a woken look-up
//! ([`InternetQueries::handle_wake`]). After each of them drain [`InternetQueries::poll_answer`].

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket as BlockingSocket};
use std::sync::Arc;
use std::time::Duration;

use mio::net::UdpSocket;
use mio::{Interest, Registry, Token};

use super::alarm::Alarm;
use super::echo_message::{self, EchoMessage};
use super::resolve::{Lookup, parse_address};
use super::time_message::TimeMessage;
use crate::module::InternetError;

/// More than any answer has.
const BUFFER: usize = 1024;

/// An answer for the module.
#[derive(Debug)]
pub(super) enum InternetAnswer {
    Time(Result<Duration, InternetError>),
    Addresses(Result<Vec<IpAddr>, InternetError>),
    Echo(Result<IpAddr, InternetError>),
}

/// The questions under way: one of each kind.
#[derive(Debug)]
pub(super) struct InternetQueries {
    registry: Arc<Registry>,
    alarm: Alarm,
    time: Option<Query<TimeMessage>>,
    echo: Option<Query<EchoMessage>>,
    name: Option<Lookup>,
    time_token: Token,
    echo_token: Token,
    sequence: u16,
    answers: VecDeque<InternetAnswer>,
}

/// A question by a datagram.
#[derive(Debug)]
enum Query<M> {
    Resolving(Lookup),
    Asking(UdpSocket, SocketAddr, M),
}

impl InternetQueries {
    /// The number of tokens that the questions take, from their first one.
    pub(super) const TOKENS: usize = 2;

    /// Makes it without a question.
    pub(super) fn new(registry: Arc<Registry>, first: Token, alarm: Alarm) -> Self {
        InternetQueries {
            registry,
            alarm,
            time: None,
            echo: None,
            name: None,
            time_token: first,
            echo_token: Token(first.0 + 1),
            sequence: 0,
            answers: VecDeque::new(),
        }
    }

    pub(super) fn poll_answer(&mut self) -> Option<InternetAnswer> {
        self.answers.pop_front()
    }

    /// Asks a time server. A question that waits for its answer is forgotten.
    pub(super) fn ask_time(&mut self, host: &[u8], port: u16) {
        self.time = None;
        match self.find(host, port) {
            Ok(HostAddress::Address(address)) => self.send_time(address),
            Ok(HostAddress::Later(lookup)) => self.time = Some(Query::Resolving(lookup)),
            Err(error) => self.answers.push_back(InternetAnswer::Time(Err(error))),
        }
    }

    pub(super) fn stop_asking_time(&mut self) {
        self.time = None;
    }

    /// Sends a packet that asks for an echo. One that waits for its echo is forgotten.
    pub(super) fn send_echo(&mut self, host: &[u8]) {
        self.echo = None;
        match self.find(host, 0) {
            Ok(HostAddress::Address(address)) => self.send_echo_to(address),
            Ok(HostAddress::Later(lookup)) => self.echo = Some(Query::Resolving(lookup)),
            Err(error) => self.answers.push_back(InternetAnswer::Echo(Err(error))),
        }
    }

    pub(super) fn stop_echo(&mut self) {
        self.echo = None;
    }

    /// Looks up the addresses of a name.
    pub(super) fn resolve(&mut self, host: &[u8]) {
        match self.find(host, 0) {
            Ok(HostAddress::Address(address)) => {
                let found = InternetAnswer::Addresses(Ok(vec![address.ip()]));
                self.answers.push_back(found);
            }
            Ok(HostAddress::Later(lookup)) => self.name = Some(lookup),
            Err(error) => self
                .answers
                .push_back(InternetAnswer::Addresses(Err(error))),
        }
    }

    fn find(&self, host: &[u8], port: u16) -> Result<HostAddress, InternetError> {
        if let Some(address) = parse_address(host, port) {
            return Ok(HostAddress::Address(address));
        }
        Lookup::start(host, port, self.alarm.clone())
            .map(HostAddress::Later)
            .map_err(|_| InternetError::UnknownHost)
    }

    /// Acts on look-ups that have ended.
    pub(super) fn handle_wake(&mut self) {
        if let Some(Query::Resolving(lookup)) = &self.time
            && let Some(found) = lookup.poll()
        {
            self.time = None;
            match first(found) {
                Ok(address) => self.send_time(address),
                Err(error) => self.answers.push_back(InternetAnswer::Time(Err(error))),
            }
        }
        if let Some(Query::Resolving(lookup)) = &self.echo
            && let Some(found) = lookup.poll()
        {
            self.echo = None;
            match first(found) {
                Ok(address) => self.send_echo_to(address),
                Err(error) => self.answers.push_back(InternetAnswer::Echo(Err(error))),
            }
        }
        if let Some(found) = self.name.as_ref().and_then(Lookup::poll) {
            self.name = None;
            let found = all(found);
            self.answers.push_back(InternetAnswer::Addresses(found));
        }
    }

    fn send_time(&mut self, to: SocketAddr) {
        let message = TimeMessage::new();
        let any: IpAddr = match to {
            SocketAddr::V4(_) => [0; 4].into(),
            SocketAddr::V6(_) => [0; 16].into(),
        };
        let socket = BlockingSocket::bind((any, 0));
        let sent = socket
            .and_then(|socket| self.send(socket, to, &message.bytes(), self.time_token))
            .map_err(|_| InternetError::Unreachable);
        match sent {
            Ok(socket) => self.time = Some(Query::Asking(socket, to, message)),
            Err(error) => self.answers.push_back(InternetAnswer::Time(Err(error))),
        }
    }

    fn send_echo_to(&mut self, to: SocketAddr) {
        self.sequence = self.sequence.wrapping_add(1);
        let message = EchoMessage::new(to.ip(), self.sequence);
        let sent = match echo_message::open(to.ip()) {
            Err(_) => Err(InternetError::NotPermitted),
            Ok(socket) => self
                .send(socket, to, &message.bytes(), self.echo_token)
                .map_err(|_| InternetError::Unreachable),
        };
        match sent {
            Ok(socket) => self.echo = Some(Query::Asking(socket, to, message)),
            Err(error) => self.answers.push_back(InternetAnswer::Echo(Err(error))),
        }
    }

    fn send(
        &self,
        socket: BlockingSocket,
        to: SocketAddr,
        bytes: &[u8],
        token: Token,
    ) -> io::Result<UdpSocket> {
        socket.set_nonblocking(true)?;
        socket.connect(to)?;
        let mut socket = UdpSocket::from_std(socket);
        self.registry
            .register(&mut socket, token, Interest::READABLE)?;
        socket.send(bytes)?;
        Ok(socket)
    }

    /// Acts on an event of one of the sockets.
    pub(super) fn handle(&mut self, token: Token) {
        let mut buffer = [0; BUFFER];
        if token == self.time_token
            && let Some(Query::Asking(socket, _, message)) = &self.time
            && let Some(answer) = receive(socket, &mut buffer, |bytes| message.read(bytes))
        {
            self.time = None;
            let time = answer.and_then(|time| time);
            self.answers.push_back(InternetAnswer::Time(time));
        }
        let is_echo = |message: &EchoMessage, bytes: &[u8]| message.is_echo(bytes).then_some(());
        if token == self.echo_token
            && let Some(Query::Asking(socket, from, message)) = &self.echo
            && let Some(answer) = receive(socket, &mut buffer, |bytes| is_echo(message, bytes))
        {
            let answer = InternetAnswer::Echo(answer.map(|()| from.ip()));
            self.echo = None;
            self.answers.push_back(answer);
        }
    }
}

/// The address of a host, or the look-up for it.
#[derive(Debug)]
enum HostAddress {
    Address(SocketAddr),
    Later(Lookup),
}

fn all(found: io::Result<Vec<SocketAddr>>) -> Result<Vec<IpAddr>, InternetError> {
    let found = found.unwrap_or_default();
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.iter().map(SocketAddr::ip) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return Err(InternetError::UnknownHost);
    }
    Ok(addresses)
}

fn first(found: io::Result<Vec<SocketAddr>>) -> Result<SocketAddr, InternetError> {
    let found = found.unwrap_or_default();
    // The contexts of an emulator have addresses of IPv4.
    let usual = found.iter().find(|address| address.is_ipv4());
    let address = usual.or(found.first());
    address.copied().ok_or(InternetError::UnknownHost)
}

/// Reads until a datagram is the answer, or none is left; `None`: it is still to come.
fn receive<T>(
    socket: &UdpSocket,
    buffer: &mut [u8],
    read: impl Fn(&[u8]) -> Option<T>,
) -> Option<Result<T, InternetError>> {
    loop {
        match socket.recv(buffer) {
            Ok(count) => {
                let answer = read(buffer.get(..count).unwrap_or_default());
                if answer.is_some() {
                    return answer.map(Ok);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
            Err(_) => return Some(Err(InternetError::Unreachable)),
        }
    }
}
