//! Host names to addresses. The system's resolver blocks, so threads of their own look names up: two at most, which end
//! when there is nothing to look up. All who ask for a name at the same time get the same answer.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::alarm::Alarm;

/// The most threads that look names up.
const THREADS: usize = 2;

/// A look-up under way.
#[derive(Debug)]
pub(super) struct Lookup(Receiver<io::Result<Vec<SocketAddr>>>);

/// All look-ups of a process.
struct Lookups {
    /// The child of a fork has none of the threads.
    process: u32,
    threads: usize,
    /// Those that no thread has begun.
    waiting: VecDeque<(String, u16)>,
    /// Those who wait for an answer, with what they asked for.
    askers: Vec<Asker>,
}

struct Asker {
    host: String,
    port: u16,
    answer: Sender<io::Result<Vec<SocketAddr>>>,
    alarm: Alarm,
}

static LOOKUPS: Mutex<Lookups> = Mutex::new(Lookups {
    process: 0,
    threads: 0,
    waiting: VecDeque::new(),
    askers: Vec::new(),
});

fn lookups() -> MutexGuard<'static, Lookups> {
    let mut lookups = LOOKUPS.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if lookups.process != process {
        *lookups = Lookups {
            process,
            threads: 0,
            waiting: VecDeque::new(),
            askers: Vec::new(),
        };
    }
    lookups
}

impl Lookup {
    /// Starts the look-up; it rings `alarm` at its end.
    pub(super) fn start(host: &[u8], port: u16, alarm: Alarm) -> io::Result<Self> {
        let host = std::str::from_utf8(host)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a name that is not UTF-8"))?
            .to_owned();
        let (answer, receiver) = channel();
        let mut lookups = lookups();
        if lookups.threads < THREADS && !lookups.is_asked(&host, port) {
            thread::Builder::new()
                .name("resolve".to_owned())
                .spawn(look_up)?;
            lookups.threads += 1;
        }
        if !lookups.is_asked(&host, port) {
            lookups.waiting.push_back((host.clone(), port));
        }
        lookups.askers.push(Asker {
            host,
            port,
            answer,
            alarm,
        });
        Ok(Lookup(receiver))
    }

    /// Returns the addresses, once the look-up has ended.
    pub(super) fn poll(&self) -> Option<io::Result<Vec<SocketAddr>>> {
        match self.0.try_recv() {
            Ok(found) => Some(found),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(io::ErrorKind::Other.into())),
        }
    }
}

impl Lookups {
    fn is_asked(&self, host: &str, port: u16) -> bool {
        let mut askers = self.askers.iter();
        askers.any(|asker| (asker.host.as_str(), asker.port) == (host, port))
    }

    /// Takes those out who wait for this answer.
    fn take_askers(&mut self, host: &str, port: u16) -> Vec<Asker> {
        let waits = |asker: &mut Asker| (asker.host.as_str(), asker.port) == (host, port);
        self.askers.extract_if(.., waits).collect()
    }
}

/// Looks up what waits, until nothing does.
fn look_up() {
    loop {
        let mut waiting = lookups();
        let Some((host, port)) = waiting.waiting.pop_front() else {
            waiting.threads -= 1;
            return;
        };
        drop(waiting);
        let found: io::Result<Vec<SocketAddr>> = (host.as_str(), port)
            .to_socket_addrs()
            .map(Iterator::collect);
        let askers = lookups().take_askers(&host, port);
        for asker in askers {
            let found = match &found {
                Ok(addresses) => Ok(addresses.clone()),
                Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
            };
            // A session that does not wait any more need not be woken.
            if asker.answer.send(found).is_ok() {
                let _ = asker.alarm.ring();
            }
        }
    }
}

/// Parses an address that needs no look-up. IPv6 may stand in brackets.
pub(super) fn parse_address(host: &[u8], port: u16) -> Option<SocketAddr> {
    let host = std::str::from_utf8(host).ok()?;
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    Some(SocketAddr::new(bare.parse().ok()?, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mio::{Poll, Token, Waker};
    use std::sync::Arc;

    #[test]
    fn many_look_ups_get_their_answers_from_few_threads() {
        let poll = Poll::new().expect("a poll");
        let waker = Waker::new(poll.registry(), Token(0)).expect("a waker");
        let alarm = Alarm::of_loop(Arc::new(waker));
        let hosts: [&[u8]; 3] = [b"localhost", b"127.0.0.1", b"::1"];
        let asked: Vec<Lookup> = (0..60)
            .map(|number| Lookup::start(hosts[number % 3], 21, alarm.clone()).expect("begun"))
            .collect();
        assert!(lookups().threads <= THREADS);
        for lookup in asked {
            let found = lookup.0.recv().expect("an answer").expect("addresses");
            assert!(found.iter().all(|found| found.ip().is_loopback()));
        }
    }

    #[test]
    fn addresses_need_no_lookup() {
        let cases: &[(&[u8], Option<&str>)] = &[
            (b"127.0.0.1", Some("127.0.0.1:21")),
            (b"::1", Some("[::1]:21")),
            (b"[2001:db8::1]", Some("[2001:db8::1]:21")),
            (b"ftp.example", None),
            (b"\xff", None),
            (b"", None),
        ];
        for (host, expected) in cases {
            let got = parse_address(host, 21).map(|address| address.to_string());
            assert_eq!(got.as_deref(), *expected);
        }
    }
}
